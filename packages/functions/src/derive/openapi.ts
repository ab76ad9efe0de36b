import { roles } from "@crm/core/kernel/permission.ts";
import {
  BASE_PATH,
  hasQueryInput,
  inputSchema,
  isQueryParameter,
  type Operation,
  operationPath,
  pathParameterNames,
} from "../http/operation.ts";
import {
  Components,
  defineSchemas,
  rewriteReferences,
  shareFields,
  shareParameters,
  shareSchemas,
  toPascalCase,
} from "./components.ts";
import { type JsonObject, jsonSchema } from "./json-schema.ts";
import { buildParameters, hasOperator, type InputSchema, listShapingFields } from "./parameters.ts";
import { buildResponses, responseName, responseSchemas } from "./responses.ts";
import { describeTags } from "./tags.ts";

/** Requests to a running server by operation, and its answers by response name. `npm run examples` records them. */
export interface Examples {
  readonly requests: Readonly<Record<string, JsonObject>>;
  readonly answers: Readonly<Record<string, JsonObject>>;
}

/** Builds the OpenAPI 3.1 document of the operations. Its whole content comes from their declarations. */
export function buildOpenApiDocument(
  all: readonly Operation[],
  origin: string,
  examples: Examples = { requests: {}, answers: {} },
): JsonObject {
  const components = new Components();
  const { schemas } = components;
  Object.assign(schemas, responseSchemas);
  const paths: Record<string, Record<string, OperationObject>> = {};
  // Pages are for people. Programs use operations of the document in their place.
  const apiOperations = all.filter(({ kind }) => kind !== "page");
  for (const operation of apiOperations) {
    const path = operationPath(operation);
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describeOperation(operation, components, examples) };
  }
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = rewriteReferences(schema, schemas) as JsonObject;
  const described = rewriteReferences(paths, schemas) as typeof paths;
  const responses = rewriteReferences(components.responses, schemas) as typeof components.responses;
  const operations = Object.values(described).flatMap((path) => Object.values(path));
  shareSchemas(schemas, collectSchemas([operations, responses]));
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
        "Instants are RFC 3339 in UTC, and inputs also take a date, which is that day in the tenant's time zone; dates are `YYYY-MM-DD`, " +
        "money is a decimal string. Every write takes an `Idempotency-Key`; " +
        "PUT, PATCH and DELETE honour `If-Match`; `X-Change-Reason` goes into the audit trail. Every GET has an `ETag`, takes " +
        "`If-None-Match` and answers HEAD; `RateLimit-Remaining` is the number of requests that remain in this minute; a value sent as " +
        "`X-Client-Request-Id` is returned next to our `X-Request-Id`.",
    },
    servers: [{ url: origin }],
    security: [{ bearer: [] }, { password: [] }],
    tags: describeTags(new Set(apiOperations.map(({ tag }) => tag))),
    paths: described,
    components: {
      securitySchemes: {
        password: {
          type: "oauth2",
          description:
            "Sign in by email and password; `client_id` is the tenant's slug, needed if the email exists in several tenants",
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

/** Returns the values of all `schema` keys in operations and answers, each with the name of its parameter. */
function collectSchemas(node: unknown): (readonly [string, JsonObject])[] {
  if (node === null || typeof node !== "object") return [];
  const { name = "" } = node as { name?: string };
  return Object.entries(node).flatMap(([key, value]) =>
    key === "schema" ? [[name, value as JsonObject] as const] : collectSchemas(value),
  );
}

/** Returns the document with the tenant's own fields in the places that its schemas mark by `x-custom-fields`. */
export function withCustomFields(node: unknown, custom: Readonly<Record<string, JsonObject>>): unknown {
  if (Array.isArray(node)) return node.map((item) => withCustomFields(item, custom));
  if (node === null || typeof node !== "object") return node;
  const { "x-custom-fields": name, description } = node as JsonObject;
  const customSchema = typeof name === "string" ? custom[name] : undefined;
  if (customSchema) return { ...customSchema, "x-custom-fields": name, ...(description ? { description } : {}) };
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, withCustomFields(value, custom)]));
}

interface OperationObject extends JsonObject {
  operationId: string;
  parameters?: JsonObject[];
}

function describeOperation(operation: Operation, components: Components, examples: Examples): OperationObject {
  const { name, method, path, otherPaths, access, summary, description, deprecated } = operation;
  const ending = deprecated && `Deprecated since ${deprecated.since}, removed on ${deprecated.sunset}: ${deprecated.instead}.`;
  const input = jsonSchema(inputSchema(operation), "input") as unknown as InputSchema;
  defineSchemas(input.$defs, components.schemas);
  const inPath = pathParameterNames(path);
  const isFile = (field: string): boolean => operation.takesFile && field === "file";
  const inputFields = Object.entries(input.properties).filter(([field]) => !inPath.includes(field) && !isFile(field));
  const fields = [...inputFields, ...listShapingFields(operation)];
  const parameters = buildParameters(operation, input, fields, components);
  const bodyFields = fields.filter(([field]) => !isQueryParameter(operation, field));
  const takesBody = !hasQueryInput(method) && bodyFields.length > 0;
  const alsoAt = otherPaths.length > 0 && `Also at ${otherPaths.map((other) => `\`${method} ${other}\``).join(", ")}.`;
  const fullDescription = [ending, description, alsoAt, describeAccess(access), describeSessionRule(operation)]
    .filter(Boolean)
    .join(" ");
  return {
    operationId: name,
    tags: [operation.tag],
    summary,
    ...(fullDescription ? { description: fullDescription } : {}),
    ...(deprecated ? { deprecated: true } : {}),
    ...(access === "public" ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(takesBody ? { requestBody: buildRequestBody(operation, input, bodyFields, components, examples.requests[name]) } : {}),
    responses: buildResponses(operation, components, examples.answers[responseName(operation)]),
  };
}

function describeAccess(access: Operation["access"]): string {
  if (access === "public") return "No sign-in required.";
  const otherRoles = access === "signed_in" ? [] : roles.filter((role) => !access.roles.includes(role));
  if (access === "signed_in" || otherRoles.length === 0) return "";
  return otherRoles.length < access.roles.length
    ? `For all roles except ${otherRoles.join(", ")}.`
    : `Only for ${access.roles.join(", ")}.`;
}

function describeSessionRule({ sessionRule }: Operation): string {
  if (sessionRule === undefined) return "";
  const { cases } = sessionRule;
  return cases
    ? `Only for users who have signed in, not for API keys, ${cases}.`
    : "Only for users who have signed in, not for API keys.";
}

const FILTERS: JsonObject = { description: "The same as for the list" };

/** The list operation already names the sort orders. */
const withoutExamples = ({ examples: _named, ...schema }: JsonObject): JsonObject => schema;

function buildRequestBody(
  { name, takesFile, takesForms, takesText }: Operation,
  { required = [], anyOf, additionalProperties = false }: InputSchema,
  fields: readonly [string, JsonObject][],
  { schemas, bodies }: Components,
  example: JsonObject | undefined,
): JsonObject {
  const fieldNames = new Set(fields.map(([field]) => field));
  // If an operation takes conditions, the document describes its filters as those of the list.
  const isFilter = (field: string): boolean => fieldNames.has(`${field}[eq]`);
  const asList = fields.some(([field]) => isFilter(field));
  const bodyFields = fields.filter(([field]) => !hasOperator(field) && !isFilter(field));
  const properties = Object.fromEntries(bodyFields.map(([field, schema]) => [field, asList ? withoutExamples(schema) : schema]));
  const requiredFields = required.filter((field) => Object.hasOwn(properties, field));
  const schema: JsonObject = {
    type: "object",
    properties,
    ...(requiredFields.length > 0 ? { required: requiredFields } : {}),
    ...(anyOf ? { anyOf } : {}),
    additionalProperties: takesForms ? additionalProperties : asList && FILTERS,
  };
  const text = JSON.stringify(schema);
  // Several operations may take the same body.
  const body = bodies.get(text) ?? `${toPascalCase(name)}Body`;
  bodies.set(text, body);
  schemas[body] ??= schema;
  const types = ["application/json", ...(takesForms ? ["application/x-www-form-urlencoded"] : [])];
  const media = { schema: { $ref: `#/components/schemas/${body}` }, ...(example === undefined ? {} : { example }) };
  const content = {
    ...Object.fromEntries(types.map((type) => [type, media])),
    ...(takesFile ? { "multipart/form-data": buildFormBody(fields) } : {}),
    ...(takesText ? { [takesText.type]: { schema: { type: "string" } } } : {}),
  };
  return { ...(requiredFields.length > 0 || anyOf ? { required: true } : {}), content };
}

/** The same input as a form with a file. */
const buildFormBody = (fields: readonly [string, JsonObject][]): JsonObject => ({
  schema: {
    type: "object",
    properties: { file: { type: "string", format: "binary", description: "Up to 4 MB" }, ...Object.fromEntries(fields) },
    required: ["file"],
    additionalProperties: false,
  },
  encoding: Object.fromEntries(fields.map(([field]) => [field, { contentType: "application/json" }])),
});
