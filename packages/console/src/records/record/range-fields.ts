/** Fields with a range of values, and the field with the exact one. */
const rangeFields: Readonly<Record<string, string>> = {
  company_size_id: "employee_count",
  annual_revenue_range_id: "annual_revenue",
};

/** Lists the ranges of a record that say less than the number that it has: a page shows each fact once. */
export const listCoveredRanges = (record: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(rangeFields).flatMap(([range, exact]) => ((record[exact] ?? "") === "" ? [] : [range]));
