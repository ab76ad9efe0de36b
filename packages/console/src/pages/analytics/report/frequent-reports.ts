import type { Definition, Grouping } from "../../../records/report/definition.ts";

type FrequentReport = Pick<Definition, "group_by" | "measures" | "chart">;

const count = { as: "count", do: "count" } as const;

/** A report with a chart: the number of records by a field, and the sum of an amount. */
function groupRecords(grouping: Grouping, chart: "bar" | "line", amount?: string): FrequentReport {
  const sum = amount === undefined ? undefined : { as: `sum_${amount}`, do: "sum" as const, field: amount };
  return {
    group_by: [grouping],
    measures: sum ? [count, sum] : [count],
    chart: { kind: chart, series: [sum?.as ?? count.as] },
  };
}

/** What a new report about a kind begins with, so that it answers the question beside it (`kind-choices.tsx`). */
export const frequentReports: Readonly<Record<string, FrequentReport>> = {
  lead: groupRecords({ field: "lead_source_id" }, "bar"),
  opportunity: groupRecords({ field: "stage_id" }, "bar", "amount"),
  customer: groupRecords({ field: "industry_id" }, "bar"),
  order: groupRecords({ field: "order_date", by: "month" }, "line", "total"),
  invoice: groupRecords({ field: "payment_state" }, "bar", "open_amount"),
  activity: groupRecords({ field: "activity_type_id" }, "bar"),
  ticket: groupRecords({ field: "status" }, "bar"),
  contract: groupRecords({ field: "status" }, "bar", "contract_value"),
};
