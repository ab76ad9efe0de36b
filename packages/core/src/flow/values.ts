import type { Json } from "../kernel/json.ts";
import { FlowError } from "./error.ts";

/** What fields may come out as; anything else is an error of the state. */

const wrong = (field: string, wanted: string): FlowError =>
  new FlowError("States.QueryEvaluationError", `The field '${field}' must be ${wanted}`);

/** Entries of a history at which Step Functions ends an execution. */
export const MOST_EVENTS = 25_000;

/** Items of a Map that are under way at a time where the state says nothing, as in Step Functions. */
export const SIDE_BY_SIDE = 40;

/** The most that Step Functions hands from state to state: bytes of JSON. */
export const MOST_BYTES = 262_144;

/** What goes from one state to another, or to a step. */
export function sized<T extends Json>(value: T): T {
  if (Buffer.byteLength(JSON.stringify(value)) > MOST_BYTES)
    throw new FlowError("States.DataLimitExceeded", `It has more than ${MOST_BYTES} bytes`);
  return value;
}

export function booleanOf(value: Json, field: string): boolean {
  if (typeof value !== "boolean") throw wrong(field, "true or false");
  return value;
}

/** The most seconds that a field can say. */
const MOST_SECONDS = 99_999_999;

export function wholeOf(value: Json, field: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > MOST_SECONDS)
    throw wrong(field, `a whole number from 0 to ${MOST_SECONDS}`);
  return value;
}

export function secondsOf(value: Json, field: string): number {
  const seconds = wholeOf(value, field);
  if (seconds === 0) throw wrong(field, "at least 1");
  return seconds;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

export function instantOf(value: Json, field: string): number {
  const at = typeof value === "string" && INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(at)) throw wrong(field, "an instant such as 2026-03-14T01:59:00Z");
  return at;
}

export function itemsOf(value: Json, field: string): readonly Json[] {
  if (!Array.isArray(value)) throw wrong(field, "an array");
  return value;
}
