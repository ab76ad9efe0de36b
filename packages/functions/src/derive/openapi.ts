import { domains } from "@crm/core/domains.ts";
import { type Code, statusOf } from "@crm/core/kernel/error.ts";
import { type Naming, namesOf } from "@crm/core/kernel/names.ts";
import * as z from "zod";
import { addressOf, inputOf, inQuery, type Operation, parametersOf, REASON } from "../http/operation.ts";

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of the operations: everything in it comes from their declarations. */
export function openapi(all: readonly Operation[], origin: string): Json {
  const paths: Record<string, Json> = {};
  const schemas: Record<string, Json> = { Error: errorSchema, PageMeta: pageMeta, JsonValue: jsonValue };
  // Pages are for people: what programs do there, operations of the document do.
  for (const operation of all.filter(({ kind }) => kind !== "page")) {
    const path = addressOf(operation);
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation, schemas) };
  }
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = referring(schema, schemas) as Json;
  return {
    openapi: "3.1.0",
    info: {
      title: "CRM",
      version: "1.0.0",
      description:
        "A multi-tenant CRM. Sign up, send the access token as `Authorization: Bearer …`, and everything you see belongs to your tenant. " +
        "Instants are RFC 3339 in UTC, dates `YYYY-MM-DD`, money decimal strings. Every write takes an `Idempotency-Key`; " +
        "PUT, PATCH and DELETE honour `If-Match`; `X-Change-Reason` goes into the audit trail. Every GET has an `ETag`, takes " +
        "`If-None-Match` and answers HEAD; `RateLimit-Remaining` says how many requests are left at least; what you send as " +
        "`X-Client-Request-Id` comes back beside our `X-Request-Id`.",
    },
    servers: [{ url: origin }],
    tags: [...new Set(all.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: referring(paths, schemas),
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer", description: "An access token, or an API key" } },
      schemas,
    },
  };
}

/** The document with a tenant's own fields where its schemas say that there may be some, by the name that they say. */
export function withCustom(node: unknown, custom: Readonly<Record<string, Json>>): unknown {
  if (Array.isArray(node)) return node.map((each) => withCustom(each, custom));
  if (node === null || typeof node !== "object") return node;
  const { "x-custom-fields": name, description } = node as Json;
  const own = typeof name === "string" ? custom[name] : undefined;
  if (own) return { ...own, "x-custom-fields": name, ...(description ? { description } : {}) };
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withCustom(value, custom)]));
}

function describe(operation: Operation, schemas: Record<string, Json>): Json {
  const { name, method, path, access, summary, description, keyed } = operation;
  const inPath = parametersOf(path);
  const {
    properties,
    required,
    additionalProperties: open = false,
  } = jsonSchema(inputOf(operation), "input") as {
    properties: Record<string, Json>;
    required?: string[];
    additionalProperties?: unknown;
  };
  const fromQuery = inQuery(method);
  const isFile = (field: string): boolean => operation.takesFile && field === "file";
  const others = Object.entries(properties).filter(([field]) => !inPath.includes(field) && !isFile(field));
  const parameters: Json[] = inPath.map((field) => ({
    name: field,
    in: "path",
    required: true,
    schema: properties[field] ?? { type: "string" },
  }));
  if (fromQuery) {
    for (const [field, schema] of others)
      parameters.push({
        name: field,
        in: "query",
        required: required?.includes(field) ?? false,
        // Values by name are parameters of those names.
        ...(schema.type === "object" ? { style: "form", explode: true } : {}),
        schema,
      });
  }
  if (keyed)
    parameters.push(
      header("Idempotency-Key", "A repeat under the same key has the same answer and no second effect, for 24 hours"),
    );
  if (method !== "GET" && method !== "OPTIONS") {
    parameters.push(header(REASON.header, `Why it is done: the audit trail keeps the first ${REASON.longest} characters`));
  }
  if (["PUT", "PATCH", "DELETE"].includes(method) && operation.kind === "record") {
    parameters.push(header("If-Match", "The ETag of the version that is meant; another one is refused with 412"));
  }
  const needed = required?.filter((field) => !inPath.includes(field) && !isFile(field)) ?? [];
  const takesBody = !fromQuery && others.length > 0;
  const bodyName = `${name[0]?.toUpperCase()}${name.slice(1)}Body`;
  if (takesBody) {
    const properties = Object.fromEntries(others);
    schemas[bodyName] = {
      type: "object",
      properties,
      ...(needed.length > 0 ? { required: needed } : {}),
      additionalProperties: operation.takesForms ? open : false,
    };
  }
  const form = operation.takesFile ? { "multipart/form-data": formOf(others) } : {};
  const types = ["application/json", ...(operation.takesForms ? ["application/x-www-form-urlencoded"] : [])];
  const who =
    access === "public" ? "Needs no sign-in." : access === "signed_in" ? "For every user." : `For ${access.roles.join(", ")}.`;
  return {
    operationId: name,
    tags: [operation.tag],
    summary,
    description: [description, who].filter(Boolean).join(" "),
    ...(access === "public" ? { security: [] } : { security: [{ bearer: [] }] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(takesBody
      ? {
          requestBody: {
            required: needed.length > 0,
            content: {
              ...Object.fromEntries(types.map((type) => [type, { schema: { $ref: `#/components/schemas/${bodyName}` } }])),
              ...form,
            },
          },
        }
      : {}),
    responses: { [String(operation.status)]: success(operation, schemas), ...failures(operation, inPath.length > 0) },
  };
}

/** The same input as a form, which brings its file along. */
const formOf = (others: readonly [string, Json][]): Json => ({
  schema: {
    type: "object",
    properties: { file: { type: "string", format: "binary", description: "Up to 4 MB" }, ...Object.fromEntries(others) },
    required: ["file"],
    additionalProperties: false,
  },
  encoding: Object.fromEntries(others.map(([field]) => [field, { contentType: "application/json" }])),
});

const header = (name: string, description: string): Json => ({
  name,
  in: "header",
  required: false,
  description,
  schema: { type: "string" },
});

function success(operation: Operation, schemas: Record<string, Json>): Json {
  if (operation.kind === "raw") return { description: operation.summary };
  const data = named(operation.output, schemas);
  const list = operation.kind === "list";
  const schema = {
    type: "object",
    required: ["success", "data"],
    properties: {
      success: { const: true },
      data: list ? { type: "array", items: data } : data,
      meta: list ? { $ref: "#/components/schemas/PageMeta" } : { type: "object" },
    },
  };
  const etag =
    operation.kind === "record"
      ? {
          headers: {
            ETag: { description: "The record's version, and a digest of what you see of it", schema: { type: "string" } },
          },
        }
      : {};
  return { description: operation.summary, ...etag, content: { "application/json": { schema } } };
}

/** A schema with a name is described once, and referred to. */
function named(schema: z.ZodType, schemas: Record<string, Json>): Json {
  const name = schema.meta()?.id;
  if (name === undefined) return jsonSchema(schema, "output");
  if (!schemas[name]) {
    const written = jsonSchema(schema, "output");
    const { $defs: inner } = written as { $defs?: Record<string, Json> };
    schemas[name] = described(inner?.[name] ? { ...inner[name], $defs: inner } : written);
  }
  return { $ref: `#/components/schemas/${name}` };
}

const described = ({ id: _id, ...schema }: Json): Json => schema;

const LOCAL = "#/$defs/";
/** What zod calls the schema of any JSON, which it has no name for. */
const isAnyJson = (name: string): boolean => name.startsWith("__schema");

/** A part of the document whose references lead to the schemas of all; what it defined for itself is defined there. */
function referring(node: unknown, schemas: Record<string, Json>): unknown {
  if (Array.isArray(node)) return node.map((each) => referring(each, schemas));
  if (node === null || typeof node !== "object") return node;
  const { $defs = {}, ...rest } = node as Json;
  for (const [name, schema] of Object.entries($defs as Record<string, Json>)) {
    if (isAnyJson(name) || schemas[name]) continue;
    schemas[name] = described(schema);
    schemas[name] = referring(schemas[name], schemas) as Json;
  }
  const leading = Object.entries(rest).map(([key, value]) => {
    if (key !== "$ref" || typeof value !== "string" || !value.startsWith(LOCAL)) return [key, referring(value, schemas)];
    const name = value.slice(LOCAL.length);
    return [key, `#/components/schemas/${isAnyJson(name) ? "JsonValue" : name}`];
  });
  return Object.fromEntries(leading);
}

/** Which failures an operation can answer with, from what it takes. */
function failures({ access, method, keyed, kind }: Operation, one: boolean): Record<string, Json> {
  const codes: Code[] = ["VALIDATION_ERROR", "RATE_LIMITED"];
  if (access !== "public") codes.push("UNAUTHENTICATED");
  if (access !== "public" && access !== "signed_in") codes.push("FORBIDDEN");
  if (one) codes.push("NOT_FOUND");
  if (method !== "GET") codes.push("CONFLICT", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "RULE_VIOLATION");
  if (["PUT", "PATCH", "DELETE"].includes(method) && kind === "record") codes.push("VERSION_CONFLICT");
  if (keyed) codes.push("IDEMPOTENCY_MISMATCH");
  const byStatus = Map.groupBy(codes, (code) => String(statusOf[code]));
  const answer = (same: readonly Code[]) => ({
    description: same.join(", "),
    content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
  });
  return Object.fromEntries([...byStatus].sort().map(([status, same]) => [status, answer(same)]));
}

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
      if (def.type !== "pipe" || !def.out || io !== "input") return;
      const { description, default: fallback } = target as Json;
      for (const key of Object.keys(target)) delete (target as Json)[key];
      Object.assign(
        target,
        pipe(def.in as z.ZodType, def.out),
        description ? { description } : {},
        fallback === undefined ? {} : { default: fallback },
      );
    },
  }) as Json;
  return written;
}

/** Text that is made into a number, a boolean or one of several words is described as such. */
function pipe(from: z.ZodType, to: z.ZodType): Json {
  const target = jsonSchema(to, "input");
  const source = jsonSchema(from, "input");
  return Object.keys(target).length > 0 ? target : source;
}

const jsonValue: Json = { description: "Any JSON" };

const errorSchema: Json = {
  type: "object",
  required: ["success", "error"],
  properties: {
    success: { const: false },
    error: {
      type: "object",
      required: ["code", "message", "details", "request_id"],
      properties: {
        code: { enum: Object.keys(statusOf) },
        message: { type: "string" },
        details: {
          type: "array",
          items: { type: "object", properties: { field: { type: "string" }, message: { type: "string" } } },
        },
        request_id: { type: "string" },
      },
    },
  },
};

const pageMeta: Json = {
  type: "object",
  required: ["page", "limit", "total", "totalPages", "next_cursor", "as_of"],
  properties: {
    page: { type: "integer" },
    limit: { type: "integer" },
    total: { type: "integer" },
    totalPages: { type: "integer" },
    next_cursor: { type: ["string", "null"] },
    as_of: { type: "string", description: "Up to when the total and a search are complete" },
    total_is_lower_bound: { type: "boolean", description: "There are more than `total`; absent when it is exact" },
    unread: { type: "integer", description: "Of notifications: how many of the caller's are unread" },
  },
};
