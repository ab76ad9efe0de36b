import type { FieldType } from "./field.ts";

/** Values as text that is in their order, and of which equal ones are the same: so they are compared, and stand in keys. */

export const isNumericType = (type: FieldType): boolean => type === "integer" || type === "number" || type === "money";

/** Numbers alone are in another order as text than by themselves. */
export function toSortKey(type: FieldType, value: unknown): string {
  const text = String(value);
  return (isNumericType(type) ? toSortableNumber(text) : undefined) ?? text;
}

const DECIMAL_PATTERN = /^([+-])?(\d{1,40})(?:\.(\d{1,40}))?(?:e([+-]?\d{1,3}))?$/i;

/**
 * A decimal as text that sorts like the number, whatever its size: sign, power of ten, digits; of negative ones all is turned
 * round. 1200 and 1200.00 are one.
 */
export function toSortableNumber(text: string): string | undefined {
  const [match, sign, whole = "", part = "", power = "0"] = DECIMAL_PATTERN.exec(text) ?? [];
  if (match === undefined) return undefined;
  const all = `${whole}${part}`;
  const digits = all.replace(/^0+/, "").replace(/0+$/, "");
  if (digits === "") return "1";
  const leading = all.length - all.replace(/^0+/, "").length;
  const magnitude = String(whole.length - leading + Number(power) + 5000);
  if (sign !== "-") return `2${magnitude}${digits}`;
  return `0${complementDigits(magnitude)}${complementDigits(digits)}~`;
}

/** The number that such a text stands for, as people write it. */
export function parseSortableNumber(place: string): string {
  if (place === "1") return "0";
  const isNegative = place.startsWith("0");
  const told = isNegative ? complementDigits(place.slice(1, -1)) : place.slice(1);
  const [whole, digits] = [Number(told.slice(0, 4)) - 5000, told.slice(4)];
  const all = digits.padStart(Math.max(digits.length, digits.length - whole), "0").padEnd(whole, "0");
  const point = Math.max(whole, 0);
  const part = all.slice(point);
  return `${isNegative ? "-" : ""}${all.slice(0, point) || "0"}${part && `.${part}`}`;
}

const complementDigits = (digits: string): string => digits.replace(/\d/g, (digit) => String(9 - Number(digit)));
