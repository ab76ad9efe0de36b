import { inQuery, isShaped, type Operation, parametersOf, REASON, shapingParameters } from "../http/operation.ts";
import { type Components, pascal } from "./components.ts";
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

/** Filters, each with the operators that it takes. */
function filtersOf(fields: readonly [string, Json][], required: readonly string[], components: Components): Json[] {
  const behind = Map.groupBy(
    fields.filter(([name]) => hasOperator(name)),
    ([name]) => name.slice(0, name.indexOf("[")),
  );
  const plain = new Map(fields.filter(([name]) => !hasOperator(name)));
  return [...new Set([...plain.keys(), ...behind.keys()])].map((name) => {
    const operators = behind.get(name)?.map(([full, schema]): [string, Json] => [full.slice(name.length + 1, -1), schema]);
    const value = plain.get(name);
    return operators
      ? filterOf(name, value, Object.fromEntries(operators), components)
      : valueInQuery(name, value as Json, required.includes(name));
  });
}

/** `created_at[gte]` is the filter `created_at` with an operator. */
export const hasOperator = (name: string): boolean => name.endsWith("]");

/**
 * `status=new`, or `status[in]=new,won`: clients that are generated take an object for the latter, by the style deepObject. What is
 * behind an operator is told by its type alone, so that filters of a type are one schema.
 */
function filterOf(name: string, value: Json | undefined, operators: Record<string, Json>, components: Components): Json {
  const { eq, has, ...others } = operators;
  const type = typeOf(eq ?? has ?? Object.values(others)[0] ?? {});
  // The order of a list, where a field is called so too.
  if (value && typeOf(value).name !== type.name) return valueInQuery(name, value, false);
  const prefix = `${operators.is_null ? "Nullable" : ""}${operators.prefix ? "Text" : type.name}`;
  const properties = Object.fromEntries(Object.keys(operators).map((each) => [each, operands[each] ?? type.schema]));
  const object = { type: "object", properties, additionalProperties: false };
  const behind = components.refer("schemas", `${prefix}Operators`, object);
  const { description = EXACTLY, enum: words } = value ?? {};
  const schema = words
    ? { anyOf: [{ type: "string", enum: words }, behind] }
    : components.refer("schemas", `${prefix}Filter`, { anyOf: [type.schema, behind] });
  // A page that makes up an object where it is told of none makes up no operators.
  return { name, in: "query", description, style: "deepObject", ...(value ? { schema } : { schema: behind, example: {} }) };
}

/** What is typed behind operators that take no value of the field's own type. */
const operands: Readonly<Record<string, Json>> = {
  in: { type: "string", description: "One of these, with commas between them" },
  prefix: { type: "string", description: "How it begins, whatever the letter case" },
  is_null: { type: "boolean" },
};

/** A type of values by its name, without what only one field says of it. */
function typeOf({ $ref, format, type, anyOf }: Json): { name: string; schema: Json } {
  if ($ref) return { name: String($ref).split("/").at(-1) ?? "", schema: { $ref } };
  if (anyOf) return { name: "Number", schema: { type: ["number", "string"] } };
  return { name: pascal(String(format ?? type)), schema: { type, ...(format ? { format } : {}) } };
}

const EXACTLY = "Exactly this";
const usual: Readonly<Record<string, string>> = {
  sort: "The field to go by, `created_at` unless told otherwise",
  order: "desc unless told otherwise",
};

function valueInQuery(name: string, schema: Json, required: boolean): Json {
  const { description = usual[name] ?? EXACTLY } = schema;
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
