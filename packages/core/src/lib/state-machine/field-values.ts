import type { Json } from "../../kernel/json.ts";
import { FlowError } from "./flow-error.ts";

/** Checks the values of evaluated fields; another type is an error of the state. */

const invalidField = (field: string, requirement: string): FlowError =>
  new FlowError("States.QueryEvaluationError", `The field '${field}' must be ${requirement}`);

/** The number of history entries at which Step Functions ends an execution. */
export const MAX_HISTORY_EVENTS = 25_000;

/** The items of a Map that run concurrently by default, as in Step Functions. */
export const DEFAULT_MAP_CONCURRENCY = 40;

/** The maximum payload between states in Step Functions: bytes of JSON. */
export const MAX_PAYLOAD_BYTES = 262_144;

/** Returns a payload for a state or step, or throws if it is too large. */
export function requirePayloadSize<T extends Json>(value: T): T {
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_PAYLOAD_BYTES)
    throw new FlowError("States.DataLimitExceeded", `The payload has more than ${MAX_PAYLOAD_BYTES} bytes`);
  return value;
}

export function requireBoolean(value: Json, field: string): boolean {
  if (typeof value !== "boolean") throw invalidField(field, "true or false");
  return value;
}

/** The maximum number of seconds in a field. */
const MAX_SECONDS = 99_999_999;

export function requireWholeNumber(value: Json, field: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > MAX_SECONDS)
    throw invalidField(field, `a whole number from 0 to ${MAX_SECONDS}`);
  return value;
}

export function requireSeconds(value: Json, field: string): number {
  const seconds = requireWholeNumber(value, field);
  if (seconds === 0) throw invalidField(field, "at least 1");
  return seconds;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

export function parseInstant(value: Json, field: string): number {
  const time = typeof value === "string" && INSTANT.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw invalidField(field, "a timestamp such as 2026-03-14T01:59:00Z");
  return time;
}

export function requireArray(value: Json, field: string): readonly Json[] {
  if (!Array.isArray(value)) throw invalidField(field, "an array");
  return value;
}
