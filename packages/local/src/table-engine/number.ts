import Big from "big.js";
import { ValidationError } from "./table-error.ts";

/** Numbers of DynamoDB: decimal, 38 significant digits, from 1e-130 to 9.99…e+125 on both sides of zero. */

const SYNTAX = /^(?<sign>[+-]?)(?:(?<integer>\d+)(?:\.(?<fraction>\d*))?|\.(?<point>\d+))(?:[eE](?<exponent>[+-]?\d+))?$/;
/** Already in normal form, and exact as a number of JavaScript. */
const SMALL_INTEGER = /^(0|-?[1-9]\d{0,14})$/;
const MAX_DIGITS = 38;
const [MIN_EXPONENT, MAX_EXPONENT] = [-130, 125];
/** An exponent is a number of 64 bits. */
const MAX_EXPONENT_LENGTH = 20;
const OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range";

/**
 * Returns the normal form of a number: no exponent, no leading or trailing zeros. Throws a ValidationException for a number that DynamoDB does not
 * store.
 */
export function normalizeNumber(text: string): string {
  if (SMALL_INTEGER.test(text)) return text;
  const parts = SYNTAX.exec(text)?.groups;
  const exponent = parts?.exponent ?? "0";
  if (!parts || exponent.length > MAX_EXPONENT_LENGTH)
    throw new ValidationError(`The parameter cannot be converted to a numeric value: ${text}`);
  const { sign, integer, fraction = parts.point ?? "" } = parts;
  const number = new Big(`${sign === "-" ? "-" : ""}${integer ?? "0"}.${fraction}0e${exponent.replace("+", "")}`);
  // The exponent of a zero counts too, less its decimal places.
  if (isZero(number)) requireRange(Number(exponent) - fraction.length);
  return formatNumber(number);
}

const isZero = ({ c }: Big): boolean => c.length === 1 && c[0] === 0;

function requireRange(exponent: number): void {
  if (exponent > MAX_EXPONENT) throw new ValidationError(OVERFLOW);
  if (exponent < MIN_EXPONENT)
    throw new ValidationError("Number underflow. Attempting to store a number with magnitude smaller than supported range");
}

function formatNumber(number: Big): string {
  if (isZero(number)) return "0";
  if (number.c.length > MAX_DIGITS) throw new ValidationError("Attempting to store more than 38 significant digits in a Number");
  requireRange(number.e);
  return number.toFixed();
}

export function compareNumbers(a: string, b: string): number {
  if (SMALL_INTEGER.test(a) && SMALL_INTEGER.test(b)) return Number(a) - Number(b);
  return new Big(a).cmp(new Big(b));
}

export const addNumbers = (a: string, b: string): string => formatResult(new Big(a).plus(b));
export const subtractNumbers = (a: string, b: string): string => formatResult(new Big(a).minus(b));

/** Formats a result without rounding: one of more than 38 digits is refused, like one that is too large. */
function formatResult(number: Big): string {
  if (number.c.length > MAX_DIGITS) throw new ValidationError(OVERFLOW);
  return formatNumber(number);
}

/** Returns the bytes of a number in normal form: two digits a byte on each side of the point, outer zeros left out; one more, and one for a minus. */
export function sizeOfNumber(text: string): number {
  if (text === "0") return 1;
  const [integer = "", fraction = ""] = text.replace("-", "").split(".");
  const integerDigits = (fraction === "" ? integer.replace(/0+$/, "") : integer).replace(/^0+/, "");
  const part = integerDigits === "" ? fraction.replace(/^0+/, "") : fraction;
  return 1 + Math.ceil(integerDigits.length / 2) + Math.ceil(part.length / 2) + (text.startsWith("-") ? 1 : 0);
}
