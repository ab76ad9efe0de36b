import { domains } from "@crm/core/domains.ts";
import { listNames, type Registry } from "@crm/core/kernel/registry.ts";
import * as z from "zod";

export type JsonObject = Record<string, unknown>;

/** JSON Schema as OpenAPI 3.1 takes it; what a transform reads is described by what it makes. */
export function jsonSchema(schema: z.ZodType, io: "input" | "output"): JsonObject {
  const { $schema: _dialect, ...written } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema: target }) => {
      const def = zodSchema._zod.def as { type: string; in?: z.ZodType; out?: z.ZodType };
      // The pattern of a standard format says less to a reader than the format's name.
      if ((target as JsonObject).format !== undefined) delete (target as JsonObject).pattern;
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
  return tidySchema(written, io);
}

/** What is described elsewhere is named here; only what is required is said again. */
function keepRequired(target: JsonObject): void {
  const { properties = {}, required = [] } = target as { properties?: JsonObject; required?: readonly string[] };
  for (const key of ["properties", "additionalProperties"]) delete target[key];
  if (required.length > 0) target.properties = Object.fromEntries(required.map((name) => [name, properties[name] ?? {}]));
}

/** By the pipe: hundreds of operations share theirs. */
const pipeSchemas = new WeakMap<object, JsonObject>();

/** Describes a pipe by what it makes: text that is made into a number, a boolean or one of several words is described as such. */
function pipeSchema(pipe: object, from: z.ZodType, to: z.ZodType): JsonObject {
  const known = pipeSchemas.get(pipe);
  if (known) return known;
  const target = jsonSchema(to, "input");
  const schema = Object.keys(target).length > 0 ? target : jsonSchema(from, "input");
  pipeSchemas.set(pipe, schema);
  return schema;
}

/** Where schemas stand in a schema: by name, in a list, or as themselves. */
const NAMED_KEYS = ["properties", "$defs"];
const LIST_KEYS = ["anyOf", "oneOf", "allOf", "prefixItems"];
const SINGLE_KEYS = ["items", "additionalProperties", "propertyNames"];

type SchemaMapper = (schema: JsonObject, field: string) => unknown;

/** A schema whose inner ones are made anew, each told the field that it stands in. */
export function mapSchema(schema: JsonObject, make: SchemaMapper, field = ""): JsonObject {
  const one = (inner: unknown, name: string): unknown =>
    inner !== null && typeof inner === "object" ? make(inner as JsonObject, name) : inner;
  const made = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (NAMED_KEYS.includes(key))
      return [key, Object.fromEntries(Object.entries(value as JsonObject).map(([name, inner]) => [name, one(inner, name)]))];
    if (LIST_KEYS.includes(key)) return [key, (value as unknown[]).map((inner) => one(inner, field))];
    return [key, SINGLE_KEYS.includes(key) ? one(value, `${field}_item`) : value];
  });
  return Object.fromEntries(made);
}

/** The same at every depth, the innermost first. */
const mapSchemaDeep = (schema: JsonObject, make: (schema: JsonObject) => JsonObject): JsonObject =>
  make(mapSchema(schema, (inner) => mapSchemaDeep(inner, make)));

/** Bounds are of what is taken: they may widen, and what was stored under others is shown as it is. */
const BOUNDS = ["minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern"];

/** Without what tells a reader nothing, and with nullable values in their short form. */
const tidySchema = (schema: JsonObject, io: "input" | "output"): JsonObject =>
  mapSchemaDeep(schema, ({ "x-type": _told, ...each }) =>
    shortenNullable(io === "input" ? describeDefault(each) : relaxOutputSchema(each)),
  );

/**
 * What is taken where a field is left out is told in words: from the keyword `default` generators of clients conclude that the field is
 * there.
 */
function describeDefault({ default: fallback, propertyNames, ...schema }: JsonObject): JsonObject {
  const named = isAnyText(propertyNames) ? {} : { propertyNames };
  if (fallback === undefined) return { ...schema, ...named };
  const told = `${JSON.stringify(fallback)} where it is left out`;
  return { ...schema, ...named, description: schema.description ? `${schema.description}; ${told}` : told };
}

/** More fields may come, so none are ruled out. */
function relaxOutputSchema({ default: _fallback, propertyNames, additionalProperties, ...schema }: JsonObject): JsonObject {
  // A mask is of no format.
  const isTold = (key: string): boolean =>
    !BOUNDS.includes(key) && !(key === "description" && schema["x-master"]) && !(key === "format" && schema["x-sealed"]);
  return {
    ...Object.fromEntries(Object.entries(schema).filter(([key]) => isTold(key))),
    ...(additionalProperties ? { additionalProperties } : {}),
    ...(isAnyText(propertyNames) ? {} : { propertyNames }),
  };
}

const isAnyText = (names: unknown): boolean => names === undefined || JSON.stringify(names) === '{"type":"string"}';

/** An id of a kind of record, which has a schema of its own. */
export const isRecordId = ({ "x-record": record, pattern }: JsonObject): boolean => record !== undefined && pattern !== undefined;

/** `{anyOf: [{type: "string"}, {type: "null"}]}` is `{type: ["string", "null"]}`. */
function shortenNullable({ anyOf, ...around }: JsonObject): JsonObject {
  if (!Array.isArray(anyOf)) return around;
  const [value, other] = anyOf as JsonObject[];
  if (
    anyOf.length !== 2 ||
    other?.type !== "null" ||
    typeof value?.type !== "string" ||
    value.const !== undefined ||
    isRecordId(value)
  )
    return { ...around, anyOf };
  const { type, enum: words, ...rest } = value;
  // What is said of the field goes before what is said of its type.
  return { type: [type, "null"], ...(Array.isArray(words) ? { enum: [...words, null] } : {}), ...rest, ...around };
}
