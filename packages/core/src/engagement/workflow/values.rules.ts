import { isJsonObject, type Json } from "../../kernel/json.ts";

/**
 * Values in the steps of a workflow. A constant is itself. A text may contain merge fields: `Call {{record.first_name}}`. An object with one of
 * these names stands for a value that is computed when the step runs:
 *
 * - `{"field": "record.owner_id"}`: the value of a field, with its type
 * - `{"date": "today", "plus": "3d"}`, `{"date": "now"}`, `{"date": "record.close_date", "plus": "-1w"}`
 * - `{"round_robin": ["usr_…", "usr_…"]}`: one after the other
 * - `{"output": "step.path"}`: an answer that an earlier step has saved
 */

/** What values are computed from. Objects by name: `record`, `owner`, `created`, `output`. */
export interface ValueSources {
  readonly objects: Readonly<Record<string, unknown>>;
  /** Chooses one of several values. */
  readonly choose: (values: readonly Json[]) => Json;
  /** Moves a day or an instant by a duration. `today` and `now` are known. */
  readonly moveDate: (date: string, plus: string | undefined) => string;
}

const names = ["field", "date", "round_robin", "output"] as const;
type ValueName = (typeof names)[number];

/** Returns the name of a computed value; undefined for a constant. */
function findValueName(value: Json): ValueName | undefined {
  if (!isJsonObject(value)) return undefined;
  const keys = Object.keys(value).filter((key) => key !== "plus");
  return keys.length === 1 ? names.find((name) => name === keys[0]) : undefined;
}

/** Whether a value, or a part of it, is computed when the step runs. */
export function isComputed(value: Json): boolean {
  if (typeof value === "string") return MERGE_PATTERN.test(value);
  if (Array.isArray(value)) return value.some(isComputed);
  if (!isJsonObject(value)) return false;
  return findValueName(value as Json) !== undefined || Object.values(value as Record<string, Json>).some(isComputed);
}

const MERGE_PATTERN = /\{\{\s*([\w.-]+)(?:\|([^{}]*))?\s*\}\}/;

/** Lists the paths that a value reads: `record.owner_id`. */
export function listPaths(value: Json): string[] {
  if (typeof value === "string") return [...value.matchAll(new RegExp(MERGE_PATTERN, "g"))].map(([, path = ""]) => path);
  if (Array.isArray(value)) return value.flatMap(listPaths);
  if (!isJsonObject(value)) return [];
  const { field, date, output } = value as Record<string, Json>;
  if (typeof field === "string") return [field];
  if (typeof output === "string") return [`output.${output}`];
  if (typeof date === "string") return date === "today" || date === "now" ? [] : [date];
  return Object.values(value as Record<string, Json>).flatMap(listPaths);
}

/** Reads a value by its path: `record.custom_fields.color`. Undefined if there is none. */
function readPath(objects: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = objects;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

const toText = (value: unknown): string =>
  value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** Computes a value. */
export function computeValue(value: Json, sources: ValueSources): Json {
  if (typeof value === "string")
    return value.replaceAll(new RegExp(MERGE_PATTERN, "g"), (_, path: string, fallback = "") =>
      toText(readPath(sources.objects, path) ?? fallback.trim()),
    );
  if (Array.isArray(value)) return value.map((part) => computeValue(part, sources));
  if (!isJsonObject(value)) return value;
  const given = value as Record<string, Json>;
  const name = findValueName(value as Json);
  if (name === "round_robin") return sources.choose(given.round_robin as Json[]);
  if (name === "date") return computeDate(given, sources);
  if (name !== undefined)
    return (readPath(sources.objects, name === "output" ? `output.${String(given.output)}` : String(given.field)) ??
      null) as Json;
  return Object.fromEntries(Object.entries(given).map(([field, part]) => [field, computeValue(part, sources)]));
}

function computeDate({ date, plus }: Record<string, Json>, { objects, moveDate }: ValueSources): Json {
  const named = date === "today" || date === "now" ? date : readPath(objects, String(date));
  return typeof named === "string" ? moveDate(named, typeof plus === "string" ? plus : undefined) : null;
}
