import { domains } from "@crm/core/domains.ts";
import { CREATE_HELP, joinHelp } from "@crm/core/kernel/create-help.ts";
import { listNames, type Registry } from "@crm/core/kernel/registry.ts";
import * as z from "zod";

export type JsonObject = Record<string, unknown>;

/** Converts a schema to JSON Schema as OpenAPI 3.1 uses it. An input that is transformed is described by its result. */
export function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonObject {
  const { $schema: _dialect, ...rawSchema } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema: target }) => {
      const def = zodSchema._zod.def as { type: string; in?: z.ZodType; out?: z.ZodType };
      // The name of a standard format tells a reader more than its pattern.
      if ((target as JsonObject).format !== undefined) delete (target as JsonObject).pattern;
      addCreateHelp(target as JsonObject, io);
      const { "x-names": naming, ...rest } = target as JsonObject;
      if (naming !== undefined) {
        for (const key of Object.keys(target)) delete (target as JsonObject)[key];
        Object.assign(target, rest, { enum: listNames(naming as Registry, domains) });
      }
      if ((target as JsonObject)["x-parameters"] !== undefined) keepRequired(target as JsonObject);
      if (def.type !== "pipe" || !def.out || io !== "input") return;
      const { description, default: fallback } = target as JsonObject;
      for (const key of Object.keys(target)) delete (target as JsonObject)[key];
      Object.assign(
        target,
        pipeSchema(zodSchema, def.in as z.ZodType, def.out),
        description ? { description } : {},
        fallback === undefined ? {} : { default: fallback },
      );
    },
  }) as JsonObject;
  return tidySchema(rawSchema, io);
}

/** Describes in inputs what only concerns a new record. Answers are of records that exist. */
function addCreateHelp(target: JsonObject, io: "input" | "output"): void {
  const { [CREATE_HELP]: help, description } = target as { [CREATE_HELP]?: string; description?: string };
  if (help === undefined) return;
  delete target[CREATE_HELP];
  if (io === "input") target.description = joinHelp(description, help);
}

/** Keeps only the required properties: all others are described elsewhere. */
function keepRequired(target: JsonObject): void {
  const { properties = {}, required = [] } = target as { properties?: JsonObject; required?: readonly string[] };
  for (const key of ["properties", "additionalProperties"]) delete target[key];
  if (required.length > 0) target.properties = Object.fromEntries(required.map((name) => [name, properties[name] ?? {}]));
}

/** The schemas by pipe: hundreds of operations share the same pipes. */
const pipeSchemas = new WeakMap<object, JsonObject>();

/** Describes a pipe by its result: text that becomes a number, a boolean or an enum value is described as such. */
function pipeSchema(pipe: object, from: z.ZodType, to: z.ZodType): JsonObject {
  const cachedSchema = pipeSchemas.get(pipe);
  if (cachedSchema) return cachedSchema;
  const target = jsonSchema(to, "input");
  const schema = Object.keys(target).length > 0 ? target : jsonSchema(from, "input");
  pipeSchemas.set(pipe, schema);
  return schema;
}

/** The keywords that hold schemas: by name, in a list, or a single one. */
const NAMED_KEYS = ["properties", "$defs"];
const LIST_KEYS = ["anyOf", "oneOf", "allOf", "prefixItems"];
const SINGLE_KEYS = ["items", "additionalProperties", "propertyNames"];

type SchemaMapper = (schema: JsonObject, field: string) => unknown;

/** Replaces the inner schemas of a schema. `make` also receives the field of each. */
export function mapSchema(schema: JsonObject, make: SchemaMapper, field = ""): JsonObject {
  const mapInner = (inner: unknown, name: string): unknown =>
    inner !== null && typeof inner === "object" ? make(inner as JsonObject, name) : inner;
  const mappedEntries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (NAMED_KEYS.includes(key))
      return [key, Object.fromEntries(Object.entries(value as JsonObject).map(([name, inner]) => [name, mapInner(inner, name)]))];
    if (LIST_KEYS.includes(key)) return [key, (value as unknown[]).map((inner) => mapInner(inner, field))];
    return [key, SINGLE_KEYS.includes(key) ? mapInner(value, `${field}_item`) : value];
  });
  return Object.fromEntries(mappedEntries);
}

/** Replaces schemas at every depth, the innermost first. */
const mapSchemaDeep = (schema: JsonObject, make: (schema: JsonObject) => JsonObject): JsonObject =>
  make(mapSchema(schema, (inner) => mapSchemaDeep(inner, make)));

/** Bounds apply to inputs only. They may widen, and a value that was stored under other bounds is shown as it is. */
const BOUNDS = ["minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern"];

/** Removes keywords without use for readers, and shortens nullable types. */
const tidySchema = (schema: JsonObject, io: "input" | "output"): JsonObject =>
  mapSchemaDeep(schema, ({ "x-type": _type, "x-format": _format, "x-currency": _currency, ...keywords }) =>
    shortenNullable(io === "input" ? describeDefault(keywords) : relaxOutputSchema(keywords)),
  );

/**
 * Describes the default of a field in words: from the keyword `default`, client generators conclude that the field is always
 * present.
 */
function describeDefault({ default: fallback, propertyNames, ...schema }: JsonObject): JsonObject {
  const nameConstraint = isAnyText(propertyNames) ? {} : { propertyNames };
  if (fallback === undefined) return { ...schema, ...nameConstraint };
  const defaultText = `default: ${JSON.stringify(fallback)}`;
  return {
    ...schema,
    ...nameConstraint,
    description: schema.description ? `${schema.description}; ${defaultText}` : defaultText,
  };
}

/** Allows additional fields, because later releases may add some. */
function relaxOutputSchema({ default: _fallback, propertyNames, additionalProperties, ...schema }: JsonObject): JsonObject {
  // The mask of a sealed value does not follow its format.
  const isTold = (key: string): boolean =>
    !BOUNDS.includes(key) && !(key === "description" && schema["x-master"]) && !(key === "format" && schema["x-sealed"]);
  return {
    ...Object.fromEntries(Object.entries(schema).filter(([key]) => isTold(key))),
    ...(additionalProperties ? { additionalProperties } : {}),
    ...(isAnyText(propertyNames) ? {} : { propertyNames }),
  };
}

const isAnyText = (names: unknown): boolean => names === undefined || JSON.stringify(names) === '{"type":"string"}';

/** Whether a schema is the id of a kind of record. Such ids get a schema of their own. */
export const isRecordId = ({ "x-record": record, pattern }: JsonObject): boolean => record !== undefined && pattern !== undefined;

/** Turns `{anyOf: [{type: "string"}, {type: "null"}]}` into `{type: ["string", "null"]}`. */
function shortenNullable({ anyOf, ...outerKeywords }: JsonObject): JsonObject {
  if (!Array.isArray(anyOf)) return outerKeywords;
  const [value, alternative] = anyOf as JsonObject[];
  if (
    anyOf.length !== 2 ||
    alternative?.type !== "null" ||
    typeof value?.type !== "string" ||
    value.const !== undefined ||
    isRecordId(value)
  )
    return { ...outerKeywords, anyOf };
  const { type, enum: words, ...rest } = value;
  // The description of the field wins over the description of its type.
  return { type: [type, "null"], ...(Array.isArray(words) ? { enum: [...words, null] } : {}), ...rest, ...outerKeywords };
}
