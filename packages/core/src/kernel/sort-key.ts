import type { FieldType } from "./field.ts";

/** Encodes values as text that sorts like the values. Equal values have equal text. Used for comparisons and in keys. */

/** Returns whether a field has no value. It then has no place in an order. */
export const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

export const isNumericType = (type: FieldType): boolean => type === "integer" || type === "number" || type === "money";

/** Encodes a value. Only numbers need a special encoding; other values already sort as text. */
export function toSortKey(type: FieldType, value: unknown): string {
  const text = String(value);
  return (isNumericType(type) ? toSortableNumber(text) : undefined) ?? text;
}

const DECIMAL_PATTERN = /^([+-])?(\d{1,40})(?:\.(\d{1,40}))?(?:e([+-]?\d{1,3}))?$/i;

/**
 * Encodes a decimal of any size as text that sorts like the number: sign, power of ten, digits. For negative numbers, all digits are
 * complemented. 1200 and 1200.00 have the same encoding.
 */
export function toSortableNumber(text: string): string | undefined {
  const [match, sign, integerPart = "", part = "", power = "0"] = DECIMAL_PATTERN.exec(text) ?? [];
  if (match === undefined) return undefined;
  const all = `${integerPart}${part}`;
  const digits = all.replace(/^0+/, "").replace(/0+$/, "");
  if (digits === "") return "1";
  const leading = all.length - all.replace(/^0+/, "").length;
  const magnitude = String(integerPart.length - leading + Number(power) + 5000);
  if (sign !== "-") return `2${magnitude}${digits}`;
  return `0${complementDigits(magnitude)}${complementDigits(digits)}~`;
}

/** Decodes such a text to the number in plain digits. */
export function parseSortableNumber(place: string): string {
  if (place === "1") return "0";
  const isNegative = place.startsWith("0");
  const encodedNumber = isNegative ? complementDigits(place.slice(1, -1)) : place.slice(1);
  const [wholeLength, digits] = [Number(encodedNumber.slice(0, 4)) - 5000, encodedNumber.slice(4)];
  const all = digits.padStart(Math.max(digits.length, digits.length - wholeLength), "0").padEnd(wholeLength, "0");
  const point = Math.max(wholeLength, 0);
  const part = all.slice(point);
  return `${isNegative ? "-" : ""}${all.slice(0, point) || "0"}${part && `.${part}`}`;
}

const complementDigits = (digits: string): string => digits.replace(/\d/g, (digit) => String(9 - Number(digit)));
