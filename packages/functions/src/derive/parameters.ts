import { inQuery, isShaped, type Operation, parametersOf, REASON, shapingParameters } from "../http/operation.ts";
import type { Json } from "./json-schema.ts";

/** An operation's input as JSON Schema says it. */
export interface Input {
  $defs?: unknown;
  properties: Record<string, Json>;
  required?: string[];
  anyOf?: Json[];
  additionalProperties?: unknown;
}

/** What stands in the path, in the query and in headers; `fields` are the input without what is in the path. */
export const parametersIn = (operation: Operation, input: Input, fields: readonly [string, Json][]): Json[] => [
  ...parametersOf(operation.path).map((field) => inPathOf(field, input)),
  ...(inQuery(operation.method) ? filtersOf(fields, input.required ?? []) : []),
  ...headersOf(operation),
];

/** What is said of a parameter stands beside its schema, where pages of documentation look for it. */
function parameter(name: string, place: "path" | "query", required: boolean, { description, ...schema }: Json): Json {
  return { name, in: place, ...(required ? { required } : {}), ...(description ? { description } : {}), schema };
}

const inPathOf = (field: string, { properties }: Input): Json =>
  parameter(field, "path", true, properties[field] ?? { type: "string" });

/** What an operation takes beside the input of its verb: in a body also as a list. */
export function shapingOf(operation: Operation): [string, Json][] {
  const schema: Json = inQuery(operation.method) ? { type: "string" } : { type: ["string", "array"], items: { type: "string" } };
  const all = isShaped(operation) ? Object.entries(shapingParameters) : [];
  return all.map(([name, description]) => [name, { ...schema, description }]);
}

/** Filters, and what a filter takes behind its name, which is said once for all of them. */
function filtersOf(fields: readonly [string, Json][], required: readonly string[]): Json[] {
  const plain = fields.filter(([name]) => !hasOperator(name));
  const named = plain.map(([name, schema]) => valueInQuery(name, schema, required.includes(name)));
  return plain.length < fields.length ? [...named, operators] : named;
}

/** `created_at[gte]` is the filter `created_at` with an operator. */
export const hasOperator = (name: string): boolean => name.endsWith("]");

/** A page that makes up values where it is told of none makes up none of these. */
const operators: Json = {
  name: "operators",
  in: "query",
  description:
    "Any filter with an operator behind its name, `created_at[gte]=2026-01-01`: ne; in, with commas between; prefix of texts; gt, gte, lt, lte of " +
    "numbers, days and instants; has of lists; is_null of what may be empty. In a body they are conditions of `where`",
  style: "form",
  explode: true,
  example: {},
  schema: { type: "object", additionalProperties: { type: "string" } },
};

const usual: Readonly<Record<string, string>> = {
  sort: "The field to go by, `created_at` unless told otherwise",
  order: "desc unless told otherwise",
};

function valueInQuery(name: string, schema: Json, required: boolean): Json {
  const { description = usual[name] ?? `Those whose \`${name}\` is this` } = schema;
  const described = parameter(name, "query", required, { ...schema, description });
  // Values by name are parameters of those names; a page that makes up values would make up names.
  if (schema.type === "object") return { ...described, style: "form", explode: true, example: {} };
  return schema.type === "array" ? { ...described, explode: false } : described;
}

function headersOf({ keyed, method, kind }: Operation): Json[] {
  const header = (name: string, description: string): Json => ({ name, in: "header", description, schema: { type: "string" } });
  const key = "A repeat under the same key has the same answer and no second effect, for 24 hours";
  const reason = `Why it is done: the audit trail keeps the first ${REASON.longest} characters`;
  return [
    ...(keyed ? [header("Idempotency-Key", key)] : []),
    ...(method === "GET" || method === "OPTIONS" ? [] : [header(REASON.header, reason)]),
    ...(["PUT", "PATCH", "DELETE"].includes(method) && kind === "record"
      ? [header("If-Match", "The ETag of the version that is meant; another one is refused with 412")]
      : []),
  ];
}
