import { inQuery, isShaped, type Operation, parametersOf, REASON, shapingParameters } from "../http/operation.ts";
import type { Components } from "./components.ts";
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
export const parametersIn = (
  operation: Operation,
  input: Input,
  fields: readonly [string, Json][],
  components: Components,
): Json[] => [
  ...parametersOf(operation.path).map((field) => inPathOf(field, input)),
  ...(inQuery(operation.method) ? filtersOf(fields, input.required ?? [], components) : []),
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

/** Operators of a filter, `created_at[gte]`, are one parameter with all of them; beside one of the plain name they are parameters of theirs. */
function filtersOf(fields: readonly [string, Json][], required: readonly string[], components: Components): Json[] {
  const plain = new Set(fields.map(([name]) => name));
  const byParameter = Map.groupBy(fields, ([name]) => {
    const { field, operator } = operatorIn(name);
    return operator === undefined || plain.has(field) ? name : field;
  });
  return [...byParameter].flatMap(([name, each]): Json[] => {
    const { field, operator } = operatorIn(name);
    // The plain parameter is the same.
    if (operator === "eq" && plain.has(field)) return [];
    const schema = plain.has(name) ? each[0]?.[1] : undefined;
    return [schema ? valueInQuery(name, schema, required.includes(name)) : operatorsInQuery(name, each, components)];
  });
}

/** A page that makes up values where it knows none makes up none of these. */
function operatorsInQuery(name: string, each: readonly [string, Json][], components: Components): Json {
  const byOperator = Object.fromEntries(each.map(([full, schema]) => [operatorIn(full).operator ?? "eq", schema]));
  const description = `Those whose \`${name}\` is so: ${Object.keys(byOperator).join(", ")}`;
  return {
    name,
    in: "query",
    description,
    style: "deepObject",
    explode: true,
    example: {},
    schema: operatorsOf(byOperator, components),
  };
}

function operatorIn(name: string): { field: string; operator?: string } {
  const [, field = name, operator] = /^(.+)\[(\w+)\]$/.exec(name) ?? [];
  return operator === undefined ? { field } : { field, operator };
}

/** Where all take values of one type, as ranges do, it is named after that. */
function operatorsOf(properties: Record<string, Json>, components: Components): Json {
  const schema = { type: "object", properties, additionalProperties: false };
  const [type, other] = new Set(Object.values(properties).map(({ $ref }) => $ref));
  if (typeof type !== "string" || other !== undefined) return schema;
  return components.refer("schemas", `${type.split("/").at(-1)}Range`, schema);
}

const usual: Readonly<Record<string, string>> = {
  sort: "The field to go by, `created_at` unless told otherwise",
  order: "desc unless told otherwise",
};

function valueInQuery(name: string, schema: Json, required: boolean): Json {
  const { description = usual[name] ?? `Those whose \`${operatorIn(name).field}\` is this` } = schema;
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
