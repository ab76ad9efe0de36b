import type { Field, Kind } from "../../api/kind.ts";

const MAX_SHORT_FIELDS = 7;

/** Returns the fields of the short form of a kind: those that a record needs, and as many of the primary ones as seven have room for; and `more`. */
export function listShortFields(
  { fields, layout }: Pick<Kind, "fields" | "layout">,
  isUsable: (field: Field) => boolean,
  more: readonly string[] = [],
): Field[] {
  const usable = fields.filter((field) => field.creatable && isUsable(field));
  const primary = layout.primary.flatMap((name) => usable.find((field) => field.name === name) ?? []);
  const required = usable.filter((field) => field.required && !primary.includes(field));
  const room = MAX_SHORT_FIELDS - required.length;
  const kept = primary.filter((field, index) => field.required || index < room);
  const others = usable.filter((field) => more.includes(field.name) && !kept.includes(field) && !required.includes(field));
  return [...kept, ...required, ...others];
}

const NUMBER_TYPES: ReadonlySet<Field["type"]> = new Set(["integer", "money", "number"]);

/** Numbers need less width than texts. */
export const isNumberField = ({ type }: Pick<Field, "type">): boolean => NUMBER_TYPES.has(type);

/** Short fields that belong together, in the order in which they stand side by side. */
const PAIRS: readonly (readonly [string, string])[] = [
  ["first_name", "last_name"],
  ["postal_code", "city_id"],
];

/** Groups the fields of a form into its rows. An amount and its currency belong together. */
export function groupRows<F extends Pick<Field, "name" | "currency_field">>(fields: readonly F[]): F[][] {
  const rows: F[][] = [];
  for (const field of fields) {
    const row = rows.at(-1);
    const isSecond = ({ name, currency_field }: F): boolean =>
      currency_field === field.name || PAIRS.some(([first, second]) => name === first && field.name === second);
    if (row?.length === 1 && row[0] && isSecond(row[0])) row.push(field);
    else rows.push([field]);
  }
  return rows;
}
