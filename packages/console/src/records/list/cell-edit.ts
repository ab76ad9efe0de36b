import type { Field, Kind } from "../../api/kind.ts";
import { hasInput } from "../../input/fields/editable-field.ts";
import { formatDecimal, isDecimal, parseDecimal } from "../../ui/kit/decimal.ts";

/** The rules of changing a record in a cell of its list. */

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

export const isSameValue = (a: unknown, b: unknown): boolean =>
  (isEmpty(a) && isEmpty(b)) || JSON.stringify(a) === JSON.stringify(b);

/** What happens to a change: the stored value is the wanted one already, or may be replaced, or another user has changed it meanwhile. */
type EditOutcome = "done" | "save" | "conflict";

/** Decides by the value that the user saw, the one that is stored now, and the one that the user wants. Changes of other fields do not matter. */
export function decideEdit(seen: unknown, stored: unknown, wanted: unknown): EditOutcome {
  if (isSameValue(stored, wanted)) return "done";
  return isSameValue(stored, seen) ? "save" : "conflict";
}

export const canEditCell = (kind: Pick<Kind, "operations">, field: Field): boolean =>
  field.editable && hasInput(field) && kind.operations.includes("update") && field.format !== "secret";

/** Whether a field may be without a value. The list has a filter for that if it may. */
export const canBeEmpty = (kind: Pick<Kind, "filters">, { name, required }: Pick<Field, "name" | "required">): boolean =>
  kind.filters.find((filter) => filter.name === name)?.operators.includes("is_null") ?? !required;

/** How a cell is changed: by typing in it, by choosing one of several, by the other of two values, or in a form under it. */
export function chooseEditor({ type, format, multiple, type_field }: Field): "text" | "number" | "options" | "toggle" | "form" {
  if (multiple || format === "long_text" || format === "markdown" || format === "html" || format === "tags") return "form";
  if (type === "boolean") return "toggle";
  if (type === "money" || type === "integer" || type === "number") return "number";
  if (type === "choice" || type === "master") return "options";
  if (type === "reference") return type_field === undefined ? "options" : "form";
  return type === "date" || type === "instant" ? "form" : "text";
}

interface Named {
  readonly id?: string;
}
type Names = Readonly<Record<string, Named | readonly Named[] | null>>;

/** Leaves out names that do not belong to the values of a record, such as after a value changed. */
export const dropOtherNames = <N extends Names>(record: Readonly<Record<string, unknown>>, names: N): N =>
  Object.fromEntries(
    Object.entries(names).filter(([field, name]) => {
      if (name === null || Array.isArray(name)) return true;
      const { id } = name as Named;
      return id === undefined || !(field in record) || [record[field]].flat().includes(id);
    }),
  ) as N;

/** Returns a number as the user of a locale types it. */
export function formatNumberInput(value: unknown, locale: string): string {
  const text = isEmpty(value) ? "" : String(value);
  return isDecimal(text) ? formatDecimal(text, locale) : text;
}

/** Reads a typed number as the API takes it. Null: no value. Undefined: not a value of the field. */
export function parseNumberInput(
  text: string,
  { type, min, max }: Pick<Field, "type" | "min" | "max">,
  locale: string,
): string | number | null | undefined {
  if (text.trim() === "") return null;
  const decimal = parseDecimal(text, locale);
  if (decimal === undefined) return undefined;
  const number = Number(decimal);
  if ((min !== undefined && number < min) || (max !== undefined && number > max)) return undefined;
  if (type === "money") return decimal;
  return type === "integer" && !Number.isSafeInteger(number) ? undefined : number;
}
