/**
 * What of a new OpenAPI document would break clients of an older one, by the policy of docs/versions.md: named one by one. Both
 * documents may name and share their schemas as they like: references are followed.
 */
type Json = Record<string, unknown>;
type Side = "sent" | "answered";

export interface Document {
  paths: Record<string, Record<string, Described>>;
  components: Record<string, Record<string, Json>>;
}

interface Described extends Json {
  parameters?: readonly Json[];
  requestBody?: Json;
  responses: Record<string, Json>;
}

/** A document without what breaks nobody: texts, examples, bounds and formats. */
export function reduced(document: Document): Document {
  const rooms = Object.entries(document.components).map(([room, named]) => [room, without(named, true)]);
  return { paths: without(document.paths, true), components: Object.fromEntries(rooms) } as Document;
}

const TEXTS = new Set(["description", "summary", "title", "examples", "example", "tags", "security", "operationId", "format"]);
const BOUNDS = new Set(["pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "default"]);

function without(node: unknown, isNames = false): unknown {
  if (Array.isArray(node)) return node.map((each) => without(each));
  if (node === null || typeof node !== "object") return node;
  const parts = Object.entries(node).filter(
    ([key]) => isNames || !(TEXTS.has(key) || BOUNDS.has(key) || key.startsWith("x-") || key === "headers"),
  );
  return Object.fromEntries(parts.map(([key, value]) => [key, without(value, key === "properties" && !isNames)]));
}

/** Every difference from `before` to `after` that may break a client. */
export function breaking(before: Document, after: Document): string[] {
  const found: string[] = [];
  for (const [path, methods] of Object.entries(before.paths))
    for (const [method, was] of Object.entries(methods)) {
      const name = `${method.toUpperCase()} ${path}`;
      const is = after.paths[path]?.[method];
      if (is) found.push(...new Comparison(before, after, name).ofOperation(was, is));
      else found.push(`${name}: the operation is gone`);
    }
  return found;
}

class Comparison {
  readonly #before: Document;
  readonly #after: Document;
  readonly #name: string;
  readonly #found = new Set<string>();
  readonly #under = new Set<string>();

  constructor(before: Document, after: Document, name: string) {
    this.#before = before;
    this.#after = after;
    this.#name = name;
  }

  ofOperation(was: Described, is: Described): Set<string> {
    this.#parameters(this.#all(this.#before, was), this.#all(this.#after, is));
    const [body, next] = [this.#body(this.#before, was.requestBody), this.#body(this.#after, is.requestBody)];
    if (next.required && !body.required) this.#say("a body is required now");
    if (body.schema && next.schema) this.#schemas(body.schema, next.schema, "sent", "body");
    for (const [status, answer] of Object.entries(was.responses).filter(([status]) => status.startsWith("2"))) {
      const now = is.responses[status];
      if (!now) this.#say(`it does not answer ${status} any more`);
      else this.#answers(answer, now);
    }
    return this.#found;
  }

  #say(what: string): void {
    this.#found.add(`${this.#name}: ${what}`);
  }

  #all(document: Document, { parameters = [] }: Described): Map<string, Json> {
    const all = parameters.map((each) => resolved(document, each));
    return new Map(all.map((each) => [`${each.in} ${each.name}`, each]));
  }

  #parameters(was: Map<string, Json>, is: Map<string, Json>): void {
    for (const [name, parameter] of was) {
      const next = is.get(name);
      // An object in form style is told for the parameters that it holds: its own name is sent by nobody.
      if (!next && parameter.style === "form" && (parameter.schema as Json).type === "object") continue;
      if (!next) this.#say(`the parameter ${name} is gone`);
      else this.#schemas(parameter.schema as Json, next.schema as Json, "sent", name);
    }
    for (const [name, parameter] of is)
      if (parameter.required && !was.get(name)?.required) this.#say(`the parameter ${name} is required now`);
  }

  #body(document: Document, body: Json | undefined): { required: boolean; schema: Json | undefined } {
    const content = (body && resolved(document, body).content) as Record<string, Json> | undefined;
    return { required: body?.required === true, schema: content?.["application/json"]?.schema as Json | undefined };
  }

  #answers(was: Json, is: Json): void {
    const schemaOf = (document: Document, answer: Json) =>
      (resolved(document, answer).content as Record<string, Json> | undefined)?.["application/json"]?.schema as Json | undefined;
    const [before, after] = [schemaOf(this.#before, was), schemaOf(this.#after, is)];
    if (before && after) this.#schemas(before, after, "answered", "answer");
    else if (before) this.#say("its answer is no JSON any more");
  }

  /** What a schema takes that is sent must not shrink; what is answered must not grow but by further fields and words. */
  #schemas(was: Json, is: Json, side: Side, at: string): void {
    const pair = `${side} ${String(was.$ref)} ${String(is.$ref)}`;
    if (was.$ref && is.$ref) {
      if (this.#under.has(pair)) return;
      this.#under.add(pair);
    }
    const [before, after] = [flat(this.#before, was), flat(this.#after, is)];
    const lost = [...before.types].filter((type) => !after.types.has(type) && !(type === "integer" && after.types.has("number")));
    const gained = [...after.types].filter(
      (type) => !before.types.has(type) && !(type === "integer" && before.types.has("number")),
    );
    if (side === "sent" && lost.length > 0 && after.types.size > 0) this.#say(`${at} is ${lost.join(", ")} no more`);
    if (side === "answered" && gained.length > 0 && before.types.size > 0) this.#say(`${at} may be ${gained.join(", ")} now`);
    const words = before.words.filter((word) => after.words.length > 0 && !after.words.includes(word));
    const isNarrowed = side === "sent" && (words.length > 0 || (before.words.length === 0 && after.words.length > 0));
    if (isNarrowed)
      this.#say(`${at} takes ${words.join(", ") || "words of a set alone"}${words.length > 0 ? " no more" : " now"}`);
    this.#fields(before, after, side, at);
    if (before.items && after.items) this.#schemas(before.items, after.items, side, `${at}[]`);
  }

  #fields(before: Flat, after: Flat, side: Side, at: string): void {
    for (const [name, schema] of before.properties) {
      const next = after.properties.get(name);
      if (!next) {
        if (after.properties.size > 0) this.#say(`${at}.${name} is gone`);
      } else this.#schemas(schema, next, side, `${at}.${name}`);
      if (side === "answered" && before.required.has(name) && next && !after.required.has(name))
        this.#say(`${at}.${name} may be left out now`);
    }
    if (side === "sent")
      for (const name of after.required) if (!before.required.has(name)) this.#say(`${at}.${name} is required now`);
  }
}

interface Flat {
  types: Set<string>;
  words: readonly string[];
  properties: Map<string, Json>;
  required: Set<string>;
  items: Json | undefined;
}

/** What a schema says in the end, alternatives and references together. */
function flat(document: Document, given: Json, depth = 0): Flat {
  const schema = resolved(document, given);
  const { type, enum: words, const: word, properties, required, items } = schema;
  const types = new Set([type].flat().filter((each): each is string => typeof each === "string"));
  const own: Flat = {
    types,
    words: [...((words as unknown[]) ?? []), ...(word === undefined ? [] : [word])].map(String),
    properties: new Map(Object.entries((properties as Record<string, Json>) ?? {})),
    required: new Set((required as string[]) ?? []),
    items: items as Json | undefined,
  };
  if (depth > 8) return own;
  for (const parts of [schema.anyOf, schema.oneOf, schema.allOf] as (readonly Json[] | undefined)[])
    for (const part of parts ?? []) {
      const inner = flat(document, part, depth + 1);
      for (const each of inner.types) own.types.add(each);
      own.words = [...own.words, ...inner.words];
      for (const [name, each] of inner.properties) own.properties.set(name, own.properties.get(name) ?? each);
      if (parts === schema.allOf) for (const name of inner.required) own.required.add(name);
      own.items ??= inner.items;
    }
  return own;
}

function resolved(document: Document, node: Json): Json {
  const { $ref } = node;
  if (typeof $ref !== "string") return node;
  const [room = "", name = ""] = $ref.split("/").slice(-2);
  const { $ref: _ref, ...beside } = node;
  return { ...resolved(document, document.components[room]?.[name] ?? {}), ...beside };
}
