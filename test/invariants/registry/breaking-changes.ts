/**
 * Lists the changes in a new OpenAPI document that would break clients of an older one, by the policy in docs/versions.md. References are
 * resolved, so the documents may name and share schemas differently.
 */
type JsonObject = Record<string, unknown>;
type SchemaSide = "sent" | "answered";

export interface OpenApiDocument {
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: Record<string, Record<string, JsonObject>>;
}

interface OpenApiOperation extends JsonObject {
  parameters?: readonly JsonObject[];
  requestBody?: JsonObject;
  responses: Record<string, JsonObject>;
}

/** Removes what cannot break a client: texts, examples, limits and formats. */
export function reduceDocument(document: OpenApiDocument): OpenApiDocument {
  const rooms = Object.entries(document.components).map(([room, named]) => [room, stripNode(named, true)]);
  return { paths: stripNode(document.paths, true), components: Object.fromEntries(rooms) } as OpenApiDocument;
}

const TEXT_KEYS = new Set([
  "description",
  "summary",
  "title",
  "examples",
  "example",
  "tags",
  "security",
  "operationId",
  "format",
]);
const BOUND_KEYS = new Set(["pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "default"]);

function stripNode(node: unknown, isNames = false): unknown {
  if (Array.isArray(node)) return node.map((item) => stripNode(item));
  if (node === null || typeof node !== "object") return node;
  const parts = Object.entries(node).filter(
    ([key]) => isNames || !(TEXT_KEYS.has(key) || BOUND_KEYS.has(key) || key.startsWith("x-") || key === "headers"),
  );
  return Object.fromEntries(parts.map(([key, value]) => [key, stripNode(value, key === "properties" && !isNames)]));
}

/** Every difference from `before` to `after` that may break a client. */
export function findBreakingChanges(before: OpenApiDocument, after: OpenApiDocument): string[] {
  const found: string[] = [];
  for (const [path, methods] of Object.entries(before.paths))
    for (const [method, was] of Object.entries(methods)) {
      const name = `${method.toUpperCase()} ${path}`;
      const is = after.paths[path]?.[method];
      if (is) found.push(...new OperationComparison(before, after, name).compareOperation(was, is));
      else found.push(`${name}: the operation is gone`);
    }
  return found;
}

class OperationComparison {
  readonly #before: OpenApiDocument;
  readonly #after: OpenApiDocument;
  readonly #name: string;
  readonly #differences = new Set<string>();
  readonly #visitedPairs = new Set<string>();

  constructor(before: OpenApiDocument, after: OpenApiDocument, name: string) {
    this.#before = before;
    this.#after = after;
    this.#name = name;
  }

  compareOperation(oldOperation: OpenApiOperation, newOperation: OpenApiOperation): Set<string> {
    this.#compareParameters(this.#indexParameters(this.#before, oldOperation), this.#indexParameters(this.#after, newOperation));
    const [body, next] = [
      this.#readBody(this.#before, oldOperation.requestBody),
      this.#readBody(this.#after, newOperation.requestBody),
    ];
    if (next.required && !body.required) this.#addDifference("a body is required now");
    if (body.schema && next.schema) this.#compareSchemas(body.schema, next.schema, "sent", "body");
    for (const [status, answer] of Object.entries(oldOperation.responses).filter(([status]) => status.startsWith("2"))) {
      const now = newOperation.responses[status];
      if (!now) this.#addDifference(`it does not answer ${status} any more`);
      else this.#compareAnswers(answer, now);
    }
    return this.#differences;
  }

  #addDifference(difference: string): void {
    this.#differences.add(`${this.#name}: ${difference}`);
  }

  #indexParameters(document: OpenApiDocument, { parameters = [] }: OpenApiOperation): Map<string, JsonObject> {
    const all = parameters.map((parameter) => resolveReference(document, parameter));
    return new Map(all.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]));
  }

  #compareParameters(oldParameters: Map<string, JsonObject>, newParameters: Map<string, JsonObject>): void {
    for (const [name, parameter] of oldParameters) {
      const next = newParameters.get(name);
      // A form-style object is a set of parameters, so its own name is never sent.
      if (!next && parameter.style === "form" && (parameter.schema as JsonObject).type === "object") continue;
      if (!next) this.#addDifference(`the parameter ${name} is gone`);
      else this.#compareSchemas(parameter.schema as JsonObject, next.schema as JsonObject, "sent", name);
    }
    for (const [name, parameter] of newParameters)
      if (parameter.required && !oldParameters.get(name)?.required) this.#addDifference(`the parameter ${name} is required now`);
  }

  #readBody(document: OpenApiDocument, body: JsonObject | undefined): { required: boolean; schema: JsonObject | undefined } {
    const content = (body && resolveReference(document, body).content) as Record<string, JsonObject> | undefined;
    return { required: body?.required === true, schema: content?.["application/json"]?.schema as JsonObject | undefined };
  }

  #compareAnswers(oldResponse: JsonObject, newResponse: JsonObject): void {
    const readSchema = (document: OpenApiDocument, answer: JsonObject) =>
      (resolveReference(document, answer).content as Record<string, JsonObject> | undefined)?.["application/json"]?.schema as
        | JsonObject
        | undefined;
    const [before, after] = [readSchema(this.#before, oldResponse), readSchema(this.#after, newResponse)];
    if (before && after) this.#compareSchemas(before, after, "answered", "answer");
    else if (before) this.#addDifference("its answer is no JSON any more");
  }

  /** Compares schemas: a request schema must not accept less, and a response schema may only gain fields and enum values. */
  #compareSchemas(oldSchema: JsonObject, newSchema: JsonObject, side: SchemaSide, path: string): void {
    const pair = `${side} ${String(oldSchema.$ref)} ${String(newSchema.$ref)}`;
    if (oldSchema.$ref && newSchema.$ref) {
      if (this.#visitedPairs.has(pair)) return;
      this.#visitedPairs.add(pair);
    }
    const [before, after] = [flattenSchema(this.#before, oldSchema), flattenSchema(this.#after, newSchema)];
    const removedTypes = [...before.types].filter(
      (type) => !after.types.has(type) && !(type === "integer" && after.types.has("number")),
    );
    const addedTypes = [...after.types].filter(
      (type) => !before.types.has(type) && !(type === "integer" && before.types.has("number")),
    );
    if (side === "sent" && removedTypes.length > 0 && after.types.size > 0)
      this.#addDifference(`${path} is ${removedTypes.join(", ")} no more`);
    if (side === "answered" && addedTypes.length > 0 && before.types.size > 0)
      this.#addDifference(`${path} may be ${addedTypes.join(", ")} now`);
    const words = before.allowedValues.filter((word) => after.allowedValues.length > 0 && !after.allowedValues.includes(word));
    const isNarrowed =
      side === "sent" && (words.length > 0 || (before.allowedValues.length === 0 && after.allowedValues.length > 0));
    if (isNarrowed)
      this.#addDifference(`${path} takes ${words.join(", ") || "words of a set alone"}${words.length > 0 ? " no more" : " now"}`);
    this.#compareFields(before, after, side, path);
    if (before.items && after.items) this.#compareSchemas(before.items, after.items, side, `${path}[]`);
  }

  #compareFields(before: FlatSchema, after: FlatSchema, side: SchemaSide, path: string): void {
    for (const [name, schema] of before.properties) {
      const next = after.properties.get(name);
      if (!next) {
        if (after.properties.size > 0) this.#addDifference(`${path}.${name} is gone`);
      } else this.#compareSchemas(schema, next, side, `${path}.${name}`);
      if (side === "answered" && before.required.has(name) && next && !after.required.has(name))
        this.#addDifference(`${path}.${name} may be left out now`);
    }
    if (side === "sent")
      for (const name of after.required) if (!before.required.has(name)) this.#addDifference(`${path}.${name} is required now`);
  }
}

interface FlatSchema {
  types: Set<string>;
  allowedValues: readonly string[];
  properties: Map<string, JsonObject>;
  required: Set<string>;
  items: JsonObject | undefined;
}

/** Merges the alternatives and references of a schema. */
function flattenSchema(document: OpenApiDocument, node: JsonObject, depth = 0): FlatSchema {
  const schema = resolveReference(document, node);
  const { type, enum: words, const: word, properties, required, items } = schema;
  const types = new Set([type].flat().filter((typeName): typeName is string => typeof typeName === "string"));
  const flatSchema: FlatSchema = {
    types,
    allowedValues: [...((words as unknown[]) ?? []), ...(word === undefined ? [] : [word])].map(String),
    properties: new Map(Object.entries((properties as Record<string, JsonObject>) ?? {})),
    required: new Set((required as string[]) ?? []),
    items: items as JsonObject | undefined,
  };
  if (depth > 8) return flatSchema;
  for (const parts of [schema.anyOf, schema.oneOf, schema.allOf] as (readonly JsonObject[] | undefined)[])
    for (const part of parts ?? []) {
      const inner = flattenSchema(document, part, depth + 1);
      for (const typeName of inner.types) flatSchema.types.add(typeName);
      flatSchema.allowedValues = [...flatSchema.allowedValues, ...inner.allowedValues];
      for (const [name, property] of inner.properties)
        flatSchema.properties.set(name, flatSchema.properties.get(name) ?? property);
      if (parts === schema.allOf) for (const name of inner.required) flatSchema.required.add(name);
      flatSchema.items ??= inner.items;
    }
  return flatSchema;
}

function resolveReference(document: OpenApiDocument, node: JsonObject): JsonObject {
  const { $ref } = node;
  if (typeof $ref !== "string") return node;
  const [room = "", name = ""] = $ref.split("/").slice(-2);
  const { $ref: _ref, ...siblings } = node;
  return { ...resolveReference(document, document.components[room]?.[name] ?? {}), ...siblings };
}
