import { domains } from "@crm/core/domains.ts";
import { type Naming, namesOf } from "@crm/core/kernel/names.ts";
import * as z from "zod";

export type Json = Record<string, unknown>;

/** JSON Schema as OpenAPI 3.1 takes it; what a transform reads is described by what it makes. */
export function jsonSchema(schema: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _dialect, ...written } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema: target }) => {
      const def = zodSchema._zod.def as { type: string; in?: z.ZodType; out?: z.ZodType };
      // The pattern of a standard format says less to a reader than the format's name.
      if ((target as Json).format !== undefined) delete (target as Json).pattern;
      const { "x-names": naming, ...rest } = target as Json;
      if (naming !== undefined) {
        for (const key of Object.keys(target)) delete (target as Json)[key];
        Object.assign(target, rest, { enum: namesOf(naming as Naming, domains) });
      }
      if ((target as Json)["x-parameters"] !== undefined) keepRequired(target as Json);
      if (def.type !== "pipe" || !def.out || io !== "input") return;
      const { description, default: fallback } = target as Json;
      for (const key of Object.keys(target)) delete (target as Json)[key];
      Object.assign(
        target,
        pipeSchema(zodSchema, def.in as z.ZodType, def.out),
        description ? { description } : {},
        fallback === undefined ? {} : { default: fallback },
      );
    },
  }) as Json;
  return tidied(written, io);
}

/** What is described elsewhere is named here; only what is required is said again. */
function keepRequired(target: Json): void {
  const { properties = {}, required = [] } = target as { properties?: Json; required?: readonly string[] };
  for (const key of ["properties", "additionalProperties"]) delete target[key];
  if (required.length > 0) target.properties = Object.fromEntries(required.map((name) => [name, properties[name] ?? {}]));
}

/** By the pipe: hundreds of operations share theirs. */
const pipes = new WeakMap<object, Json>();

/** Describes a pipe by what it makes: text that is made into a number, a boolean or one of several words is described as such. */
function pipeSchema(pipe: object, from: z.ZodType, to: z.ZodType): Json {
  const known = pipes.get(pipe);
  if (known) return known;
  const target = jsonSchema(to, "input");
  const schema = Object.keys(target).length > 0 ? target : jsonSchema(from, "input");
  pipes.set(pipe, schema);
  return schema;
}

/** Where schemas stand in a schema: by name, in a list, or as themselves. */
const BY_NAME = ["properties", "$defs"];
const IN_LISTS = ["anyOf", "oneOf", "allOf", "prefixItems"];
const ALONE = ["items", "additionalProperties", "propertyNames"];

type Make = (schema: Json, field: string) => unknown;

/** A schema whose inner ones are made anew, each told the field that it stands in. */
export function remade(schema: Json, make: Make, field = ""): Json {
  const one = (inner: unknown, name: string): unknown =>
    inner !== null && typeof inner === "object" ? make(inner as Json, name) : inner;
  const made = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (BY_NAME.includes(key))
      return [key, Object.fromEntries(Object.entries(value as Json).map(([name, inner]) => [name, one(inner, name)]))];
    if (IN_LISTS.includes(key)) return [key, (value as unknown[]).map((inner) => one(inner, field))];
    return [key, ALONE.includes(key) ? one(value, `${field}_item`) : value];
  });
  return Object.fromEntries(made);
}

/** The same at every depth, the innermost first. */
const rewritten = (schema: Json, make: (schema: Json) => Json): Json => make(remade(schema, (inner) => rewritten(inner, make)));

/** Bounds are of what is taken: they may widen, and what was stored under others is shown as it is. */
const BOUNDS = ["minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "pattern"];

/** Without what tells a reader nothing, and with nullable values in their short form. */
const tidied = (schema: Json, io: "input" | "output"): Json =>
  rewritten(schema, ({ "x-type": _told, ...each }) => nullable(io === "input" ? defaulted(each) : shown(each)));

/**
 * What is taken where a field is left out is told in words: from the keyword `default` generators of clients conclude that the field is
 * there.
 */
function defaulted({ default: fallback, propertyNames, ...schema }: Json): Json {
  const named = isAnyText(propertyNames) ? {} : { propertyNames };
  if (fallback === undefined) return { ...schema, ...named };
  const told = `${JSON.stringify(fallback)} where it is left out`;
  return { ...schema, ...named, description: schema.description ? `${schema.description}; ${told}` : told };
}

/** More fields may come, so none are ruled out. */
function shown({ default: _fallback, propertyNames, additionalProperties, ...schema }: Json): Json {
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
export const isOfRecord = ({ "x-record": record, pattern }: Json): boolean => record !== undefined && pattern !== undefined;

/** `{anyOf: [{type: "string"}, {type: "null"}]}` is `{type: ["string", "null"]}`. */
function nullable({ anyOf, ...around }: Json): Json {
  if (!Array.isArray(anyOf)) return around;
  const [value, other] = anyOf as Json[];
  if (
    anyOf.length !== 2 ||
    other?.type !== "null" ||
    typeof value?.type !== "string" ||
    value.const !== undefined ||
    isOfRecord(value)
  )
    return { ...around, anyOf };
  const { type, enum: words, ...rest } = value;
  // What is said of the field goes before what is said of its type.
  return { type: [type, "null"], ...(Array.isArray(words) ? { enum: [...words, null] } : {}), ...rest, ...around };
}
