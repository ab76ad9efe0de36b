import {
  hasQueryInput,
  isQueryParameter,
  isShaped,
  type Operation,
  pathParameterNames,
  REASON_HEADER,
  shapingParameters,
} from "../http/operation.ts";
import { type Components, toPascalCase } from "./components.ts";
import type { JsonObject } from "./json-schema.ts";

/** An operation's input as JSON Schema. */
export interface InputSchema {
  $defs?: unknown;
  properties: Record<string, JsonObject>;
  required?: string[];
  anyOf?: JsonObject[];
  additionalProperties?: unknown;
}

/** Builds the parameters in the path, the query and the headers. `fields` is the input without the parameters of the path. */
export const buildParameters = (
  operation: Operation,
  input: InputSchema,
  fields: readonly [string, JsonObject][],
  components: Components,
): JsonObject[] => [
  ...pathParameterNames(operation.path).map((field) => buildPathParameter(field, input)),
  ...buildQueryParameters(
    hasQueryInput(operation.method) ? fields : fields.filter(([name]) => isQueryParameter(operation, name)),
    input.required ?? [],
    components,
  ),
  ...buildHeaderParameters(operation),
];

/** The description stands beside the schema, where documentation pages look for it. */
function buildParameter(
  name: string,
  place: "path" | "query",
  required: boolean,
  { description, ...schema }: JsonObject,
): JsonObject {
  return { name, in: place, ...(required ? { required } : {}), ...(description ? { description } : {}), schema };
}

const buildPathParameter = (field: string, { properties }: InputSchema): JsonObject =>
  buildParameter(field, "path", true, properties[field] ?? { type: "string" });

/** Returns the fields that an operation takes in addition to the input of its verb. In a body they can also be lists. */
export function listShapingFields(operation: Operation): [string, JsonObject][] {
  const schema: JsonObject = hasQueryInput(operation.method)
    ? { type: "string" }
    : { type: ["string", "array"], items: { type: "string" } };
  const all = isShaped(operation) ? Object.entries(shapingParameters) : [];
  return all.map(([name, description]) => [name, { ...schema, description }]);
}

/** Builds the query parameters. Filters come with the operators that they take. */
function buildQueryParameters(
  fields: readonly [string, JsonObject][],
  required: readonly string[],
  components: Components,
): JsonObject[] {
  const behind = Map.groupBy(
    fields.filter(([name]) => hasOperator(name)),
    ([name]) => name.slice(0, name.indexOf("[")),
  );
  const plain = new Map(fields.filter(([name]) => !hasOperator(name)));
  return [...new Set([...plain.keys(), ...behind.keys()])].map((name) => {
    const operators = behind.get(name)?.map(([full, schema]): [string, JsonObject] => [full.slice(name.length + 1, -1), schema]);
    const value = plain.get(name);
    return operators
      ? buildFilterParameter(name, value, Object.fromEntries(operators), components)
      : buildValueParameter(name, value as JsonObject, required.includes(name));
  });
}

/** Whether a name has an operator: `created_at[gte]` is the filter `created_at` with an operator. */
export const hasOperator = (name: string): boolean => name.endsWith("]");

/**
 * Builds a filter: `status=new`, or `status[in]=new,won`. For the second form generated clients take an object, by the style
 * deepObject. Operators are described by type alone, so that all filters of a type share one schema.
 */
function buildFilterParameter(
  name: string,
  value: JsonObject | undefined,
  operators: Record<string, JsonObject>,
  components: Components,
): JsonObject {
  const { eq, has, ...otherOperators } = operators;
  const type = describeType(eq ?? has ?? Object.values(otherOperators)[0] ?? {});
  // Here a parameter of the list, such as its order, has the same name as a field.
  if (value && describeType(value).name !== type.name) return buildValueParameter(name, value, false);
  const prefix = `${operators.is_null ? "Nullable" : ""}${operators.prefix ? "Text" : type.name}`;
  const properties = Object.fromEntries(
    Object.keys(operators).map((operator) => [operator, operandSchemas[operator] ?? type.schema]),
  );
  const object = { type: "object", properties, additionalProperties: false };
  const behind = components.refer("schemas", `${prefix}Operators`, object);
  const { description = EXACT_MATCH, enum: words } = value ?? {};
  const schema = words
    ? { anyOf: [{ type: "string", enum: words }, behind] }
    : components.refer("schemas", `${prefix}Filter`, { anyOf: [type.schema, behind] });
  // Without an example, documentation pages invent an object with operators.
  return { name, in: "query", description, style: "deepObject", ...(value ? { schema } : { schema: behind, example: {} }) };
}

/** The schemas of operators whose operand is not of the field's own type. */
const operandSchemas: Readonly<Record<string, JsonObject>> = {
  in: { type: "string", description: "Comma-separated values; one of them must match" },
  not_in: { type: "string", description: "Comma-separated values; none of them may match" },
  prefix: { type: "string", description: "Beginning of the value, ignoring letter case" },
  contains: { type: "string", description: "Part of the value, ignoring letter case" },
  not_contains: { type: "string", description: "Part that the value does not have, ignoring letter case" },
  is_null: { type: "boolean" },
};

/** Returns the name and the schema of a type, without the keywords of a single field. */
function describeType({ $ref, format, type, anyOf }: JsonObject): { name: string; schema: JsonObject } {
  if ($ref) return { name: String($ref).split("/").at(-1) ?? "", schema: { $ref } };
  if (anyOf) return { name: "Number", schema: { type: ["number", "string"] } };
  return { name: toPascalCase(String(format ?? type)), schema: { type, ...(format ? { format } : {}) } };
}

const EXACT_MATCH = "Exact match";
const defaultDescriptions: Readonly<Record<string, string>> = {
  sort: "Sort field. Default: `created_at`",
  order: "Default: desc",
};

function buildValueParameter(name: string, schema: JsonObject, required: boolean): JsonObject {
  const { description = defaultDescriptions[name] ?? EXACT_MATCH } = schema;
  const described = buildParameter(name, "query", required, { ...schema, description });
  // The entries of an object are parameters of their own names. Without an example, documentation pages invent names.
  if (schema.type === "object") return { ...described, style: "form", explode: true, example: {} };
  return schema.type === "array" ? { ...described, explode: false } : described;
}

const READ_AFTER =
  "Values of the header `X-Read-After` of answers to writes, separated by commas. The list then has these writes at once, even if another process answers; without it, after some seconds at most";

function buildHeaderParameters({ keyed, method, kind }: Operation): JsonObject[] {
  const header = (name: string, description: string): JsonObject => ({
    name,
    in: "header",
    description,
    schema: { type: "string" },
  });
  const key = "A repeat with the same key returns the same response and has no second effect, for 24 hours";
  const reason = `Reason for the change; the audit trail stores the first ${REASON_HEADER.maxLength} characters`;
  return [
    ...(keyed ? [header("Idempotency-Key", key)] : []),
    ...(method === "GET" || method === "OPTIONS" ? [] : [header(REASON_HEADER.header, reason)]),
    ...(kind === "list" ? [header("X-Read-After", READ_AFTER)] : []),
    ...(["PUT", "PATCH", "DELETE"].includes(method) && kind === "record"
      ? [header("If-Match", "ETag of the expected version; a different version is rejected with 412")]
      : []),
  ];
}
