import type { WhereClause, WhereCondition } from "../../storage/read/where-clause.ts";
import type { Translations } from "./i18n.ts";

/** The conditions of a report in words: `Lead status = New, Contacted`. */

type ConditionWords = Pick<
  Translations,
  "and" | "or" | "begins_with" | "contains" | "does_not_contain" | "is_empty" | "is_not_empty" | "yes" | "no"
>;

/** Returns the label of a field, and a value of it as it is shown. */
interface FieldNames {
  label(field: string): string;
  value(field: string, value: string): string;
}

const SIGNS: Readonly<Record<string, string>> = { eq: "=", in: "=", ne: "≠", not_in: "≠", gt: ">", gte: "≥", lt: "<", lte: "≤" };

/** Returns the conditions that must all hold, each in words. */
export function describeConditions(where: WhereClause, names: FieldNames, words: ConditionWords): string[] {
  if ("and" in where) return where.and.flatMap((part) => describeConditions(part, names, words));
  if (!("or" in where)) return [describeCondition(where, names, words)];
  const parts = where.or.map((part) => {
    const described = describeConditions(part, names, words);
    return described.length > 1 ? `(${described.join(` ${words.and} `)})` : described.join("");
  });
  return [parts.join(` ${words.or} `)];
}

function describeCondition(
  { typed: [field, operator, given] }: WhereCondition,
  names: FieldNames,
  words: ConditionWords,
): string {
  const label = names.label(field);
  if (operator === "is_null") return `${label} ${String(given) === "true" ? words.is_empty : words.is_not_empty}`;
  const text = readValues(given)
    .map((value) => (value === "true" ? words.yes : value === "false" ? words.no : names.value(field, value)))
    .join(", ");
  if (operator === "prefix") return `${label} ${words.begins_with} “${text}”`;
  if (operator === "has" || operator === "contains") return `${label} ${words.contains} “${text}”`;
  if (operator === "not_has" || operator === "not_contains") return `${label} ${words.does_not_contain} “${text}”`;
  return `${label} ${SIGNS[operator] ?? operator} ${text}`;
}

/** Lists the values of a condition: a list, or a text with commas for `in`. */
export const readValues = (given: unknown): string[] => (Array.isArray(given) ? given.map(String) : [String(given)]);

/** Lists the conditions in a clause. */
export const listConditions = (where: WhereClause): WhereCondition[] => {
  if ("and" in where) return where.and.flatMap(listConditions);
  return "or" in where ? where.or.flatMap(listConditions) : [where];
};
