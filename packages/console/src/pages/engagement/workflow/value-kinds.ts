import type { Field, Kind } from "../../../api/kind.ts";

/** The values of a step: constants, and objects that stand for what is computed when the step runs (docs/engagement/workflows.md). */

export type ValueKind = "constant" | "field" | "date" | "turn" | "other";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function readValueKind(value: unknown): ValueKind {
  if (!isObject(value)) return "constant";
  if (Array.isArray(value.round_robin)) return "turn";
  if (typeof value.date === "string") return "date";
  if (typeof value.field === "string") return value.plus === undefined ? "field" : "date";
  return "output" in value ? "other" : "constant";
}

/** What a computed date begins with: `today`, or a field of the record. */
export const readDateBase = (value: unknown): string => {
  const { date, field } = isObject(value) ? value : {};
  return String(date ?? field ?? "today");
};

export const readPlus = (value: unknown): string => (isObject(value) && typeof value.plus === "string" ? value.plus : "0d");

/** The fields of a record that texts and values may read. */
export const listReadableFields = ({ fields }: Pick<Kind, "fields">): Field[] =>
  fields.filter(({ type, visible, name }) => visible && type !== "json" && !["version", "deleted_at", "links"].includes(name));

/** Of two fields with the same kind of value, one can be set to the other. */
export const canTake = (field: Field, other: Field): boolean =>
  field.type === "text" || field.type === other.type
    ? field.type !== "reference" || field.record === other.record
    : isTime(field) && isTime(other);

const isTime = ({ type }: Pick<Field, "type">): boolean => type === "date" || type === "instant";

export const listDateFields = (kind: Pick<Kind, "fields">): Field[] => listReadableFields(kind).filter(isTime);

/** The kinds of values that a field can have. */
export const listValueKinds = (field: Field): ValueKind[] => [
  "constant",
  "field",
  ...(isTime(field) ? ["date" as const] : []),
  ...(field.record === "user" ? ["turn" as const] : []),
];
