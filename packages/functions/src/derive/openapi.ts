import { roles } from "@crm/core/kernel/permission.ts";
import { addressOf, BASE_PATH, inputOf, inQuery, type Operation, parametersOf } from "../http/operation.ts";
import { answerName, answerSchemas, answersOf } from "./answers.ts";
import { Components, define, pascal, referring, shareFields, shareParameters, shareSchemas } from "./components.ts";
import { type Json, jsonSchema } from "./json-schema.ts";
import { hasOperator, type Input, parametersIn, shapingOf } from "./parameters.ts";
import { tagged } from "./tags.ts";

/** What was sent to a running server, by operation, and what it answered, by the name of the answer (`npm run examples`). */
export interface Examples {
  readonly requests: Readonly<Record<string, Json>>;
  readonly answers: Readonly<Record<string, Json>>;
}

/** The OpenAPI 3.1 document of the operations: everything in it comes from their declarations. */
export function openapi(all: readonly Operation[], origin: string, examples: Examples = { requests: {}, answers: {} }): Json {
  const components = new Components();
  const { schemas } = components;
  Object.assign(schemas, answerSchemas);
  const paths: Record<string, Record<string, Described>> = {};
  // Pages are for people: what programs do there, operations of the document do.
  const shown = all.filter(({ kind }) => kind !== "page");
  for (const operation of shown) {
    const path = addressOf(operation);
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation, components, examples) };
  }
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = referring(schema, schemas) as Json;
  const described = referring(paths, schemas) as typeof paths;
  const responses = referring(components.responses, schemas) as typeof components.responses;
  const operations = Object.values(described).flatMap((path) => Object.values(path));
  shareSchemas(schemas, schemasIn([operations, responses]));
  shareFields(schemas);
  shareParameters(operations, components);
  return {
    openapi: "3.1.0",
    info: {
      title: "CRM",
      version: "1.0.0",
      license: { name: "Proprietary", identifier: "LicenseRef-Proprietary" },
      description:
        "A multi-tenant CRM. Sign up, send the access token as `Authorization: Bearer …`, and everything you see belongs to your tenant. " +
        "Instants are RFC 3339 in UTC, dates `YYYY-MM-DD`, money decimal strings. Every write takes an `Idempotency-Key`; " +
        "PUT, PATCH and DELETE honour `If-Match`; `X-Change-Reason` goes into the audit trail. Every GET has an `ETag`, takes " +
        "`If-None-Match` and answers HEAD; `RateLimit-Remaining` says how many requests are left at least; what you send as " +
        "`X-Client-Request-Id` comes back beside our `X-Request-Id`.",
    },
    servers: [{ url: origin }],
    security: [{ bearer: [] }, { password: [] }],
    tags: tagged(new Set(shown.map(({ tag }) => tag))),
    paths: described,
    components: {
      securitySchemes: {
        password: {
          type: "oauth2",
          description: "Sign in by email and password; `client_id` is the tenant's slug, where the email is in several",
          flows: { password: { tokenUrl: `${origin}${BASE_PATH}/auth/token`, scopes: {} } },
        },
        bearer: { type: "http", scheme: "bearer", description: "An access token, or an API key" },
      },
      schemas,
      responses,
      parameters: components.parameters,
      headers: components.headers,
    },
  };
}

/** What stands behind `schema` in operations and answers, beside the name of the parameter whose it is. */
function schemasIn(node: unknown): (readonly [string, Json])[] {
  if (node === null || typeof node !== "object") return [];
  const { name = "" } = node as { name?: string };
  return Object.entries(node).flatMap(([key, value]) => (key === "schema" ? [[name, value as Json] as const] : schemasIn(value)));
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

interface Described extends Json {
  operationId: string;
  parameters?: Json[];
}

function describe(operation: Operation, components: Components, examples: Examples): Described {
  const { name, method, path, access, summary, description, deprecated } = operation;
  const ending =
    deprecated && `Deprecated since ${deprecated.since}, and gone from ${deprecated.sunset} on: ${deprecated.instead}.`;
  const input = jsonSchema(inputOf(operation), "input") as unknown as Input;
  define(input.$defs, components.schemas);
  const inPath = parametersOf(path);
  const isFile = (field: string): boolean => operation.takesFile && field === "file";
  const own = Object.entries(input.properties).filter(([field]) => !inPath.includes(field) && !isFile(field));
  const others = [...own, ...shapingOf(operation)];
  const parameters = parametersIn(operation, input, others, components);
  const takesBody = !inQuery(method) && others.length > 0;
  const said = [ending, description, whoOf(access)].filter(Boolean).join(" ");
  return {
    operationId: name,
    tags: [operation.tag],
    summary,
    ...(said ? { description: said } : {}),
    ...(deprecated ? { deprecated: true } : {}),
    ...(access === "public" ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(takesBody ? { requestBody: bodyOf(operation, input, others, components, examples.requests[name]) } : {}),
    responses: answersOf(operation, components, examples.answers[answerName(operation)]),
  };
}

function whoOf(access: Operation["access"]): string {
  if (access === "public") return "Needs no sign-in.";
  const others = access === "signed_in" ? [] : roles.filter((role) => !access.roles.includes(role));
  if (access === "signed_in" || others.length === 0) return "";
  return others.length < access.roles.length ? `For all but ${others.join(", ")}.` : `For ${access.roles.join(", ")}.`;
}

const FILTERS: Json = { description: "As the list" };

/** The list names its orders. */
const unlisted = ({ examples: _named, ...schema }: Json): Json => schema;

function bodyOf(
  { name, takesFile, takesForms, takesText }: Operation,
  { required = [], anyOf, additionalProperties: open = false }: Input,
  others: readonly [string, Json][],
  { schemas, bodies }: Components,
  example: Json | undefined,
): Json {
  const named = new Set(others.map(([field]) => field));
  // Where conditions are taken, filters are told as what the list takes.
  const isFilter = (field: string): boolean => named.has(`${field}[eq]`);
  const asList = others.some(([field]) => isFilter(field));
  const taken = others.filter(([field]) => !hasOperator(field) && !isFilter(field));
  const properties = Object.fromEntries(taken.map(([field, schema]) => [field, asList ? unlisted(schema) : schema]));
  const needed = required.filter((field) => Object.hasOwn(properties, field));
  const schema: Json = {
    type: "object",
    properties,
    ...(needed.length > 0 ? { required: needed } : {}),
    ...(anyOf ? { anyOf } : {}),
    additionalProperties: takesForms ? open : asList && FILTERS,
  };
  const text = JSON.stringify(schema);
  // Several operations may take the same.
  const body = bodies.get(text) ?? `${pascal(name)}Body`;
  bodies.set(text, body);
  schemas[body] ??= schema;
  const types = ["application/json", ...(takesForms ? ["application/x-www-form-urlencoded"] : [])];
  const media = { schema: { $ref: `#/components/schemas/${body}` }, ...(example === undefined ? {} : { example }) };
  const content = {
    ...Object.fromEntries(types.map((type) => [type, media])),
    ...(takesFile ? { "multipart/form-data": formOf(others) } : {}),
    ...(takesText ? { [takesText.type]: { schema: { type: "string" } } } : {}),
  };
  return { ...(needed.length > 0 || anyOf ? { required: true } : {}), content };
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
