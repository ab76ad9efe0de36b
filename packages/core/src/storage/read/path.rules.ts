import type { FieldType } from "../../kernel/field.ts";
import { toSortableNumber } from "../../kernel/sort-key.ts";
import { fold } from "../../kernel/text.ts";

/** Pure rules of search paths: the values at a path, and their normal form for comparison. */

/** A step of a path. `vehicles[]` is each element of the list `vehicles`. */
interface PathStep {
  name: string;
  isList: boolean;
}

const NAME_PATTERN = String.raw`[\p{L}\p{N}_][\p{L}\p{N}_\-]*`;
const PATH_PATTERN = new RegExp(String.raw`^${NAME_PATTERN}(\[\])?(\.${NAME_PATTERN}(\[\])?){0,15}$`, "u");
const MAX_PATH_LENGTH = 200;

export const isPath = (path: string): boolean => path.length <= MAX_PATH_LENGTH && PATH_PATTERN.test(path);

const parsePath = (path: string): PathStep[] =>
  path.split(".").map((part) => ({ name: part.replace("[]", ""), isList: part.endsWith("[]") }));

/** Returns whether a record may have several values at the path. */
export const hasManyValues = (path: string): boolean => path.includes("[]");

/** Yields all values at a path, in order. */
function* iterateValues(value: unknown, [step, ...steps]: readonly PathStep[]): Generator<unknown> {
  if (!step) yield value;
  if (!step || value === null || typeof value !== "object" || !Object.hasOwn(value, step.name)) return;
  const inner = (value as Record<string, unknown>)[step.name];
  if (!step.isList) yield* iterateValues(inner, steps);
  else if (Array.isArray(inner)) for (const item of inner) yield* iterateValues(item, steps);
}

/** Maximum values of a path in one record, the first ones in the order of the record. */
export const MAX_VALUES = 50;

/** Reads the distinct normalized values of a record at a path. `cut` says that there were more than `MAX_VALUES`. */
export function readValues(record: object, path: string, type: FieldType): { values: string[]; cut: boolean } {
  const values = new Set<string>();
  for (const storedValue of iterateValues(record, parsePath(path))) {
    // A list of choices has an entry for each choice. Other lists have no value themselves.
    for (const element of type === "choices" && Array.isArray(storedValue) ? storedValue : [storedValue]) {
      const value = normalizeValue(type, element);
      if (value === undefined || values.has(value)) continue;
      if (values.size === MAX_VALUES) return { values: [...values], cut: true };
      values.add(value);
    }
  }
  return { values: [...values], cut: false };
}

/** Maximum characters of a text that are compared. */
const MAX_TEXT_LENGTH = 200;

/** Normalizes a value for comparison and sorting; undefined if it is not a value of the type. */
export function normalizeValue(type: FieldType, value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  const text = String(value).trim();
  if (text === "") return undefined;
  switch (type) {
    case "integer":
    case "number":
    case "money":
      return typeof value === "boolean" ? undefined : toSortableNumber(text);
    case "boolean":
      return text === "true" || text === "false" ? text : undefined;
    case "date":
      return isDate(text) ? text : undefined;
    case "instant":
      return parseInstant(text);
    case "phone":
      return text.replace(/\D/g, "").replace(/^0+/, "").slice(0, MAX_TEXT_LENGTH) || undefined;
    case "json":
      return undefined;
    case "choice":
    case "choices":
    case "reference":
    case "master":
      return toSortableText(text);
    default:
      return toSortableText(fold(text)) || undefined;
  }
}

/**
 * Encodes text for keys. Characters beyond the basic plane are replaced, so they sort last and are equal. The table compares UTF-8 bytes
 * and this process compares UTF-16; the two orders differ only for these characters.
 */
const toSortableText = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .replace(/[\u{10000}-\u{10ffff}]/gu, "\uffff")
    .toWellFormed()
    .slice(0, MAX_TEXT_LENGTH);

const DAY_PATTERN = /^\d{4}-\d\d-\d\d$/;
const isDate = (text: string): boolean =>
  DAY_PATTERN.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text) === true;

const INSTANT_PATTERN = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i;
const parseInstant = (text: string): string | undefined =>
  INSTANT_PATTERN.test(text) && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : undefined;
