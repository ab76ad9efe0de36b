import { isOfRecord, type Json, remade } from "./json-schema.ts";

/** What stands several times in the document stands once, by name: it stays small, and clients that are made of it have one type for it. */

/** Characters from which a schema is worth a name. */
const WORTH = 64;

export class Components {
  readonly schemas: Record<string, Json> = {};
  readonly responses: Record<string, Json> = {};
  readonly parameters: Record<string, Json> = {};
  readonly headers: Record<string, Json> = {};
  /** Names of the schemas of bodies, by the schema as text: operations that take the same body share its schema. */
  readonly bodies = new Map<string, string>();

  /** A reference to what has this name; where something else has it, the thing itself. */
  refer(room: "schemas" | "responses" | "parameters" | "headers", name: string, value: Json): Json {
    this[room][name] ??= value;
    return same(this[room][name], value) ? { $ref: `#/components/${room}/${name}` } : value;
  }
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export const pascal = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join("");

const LOCAL = "#/$defs/";
/** What zod calls the schema of any JSON, which it has no name for. */
const isAnyJson = (name: string): boolean => name.startsWith("__schema");

/** A part of the document whose references lead to the schemas of all; what it defined for itself is defined there. */
export function referring(node: unknown, schemas: Record<string, Json>): unknown {
  if (Array.isArray(node)) return node.map((each) => referring(each, schemas));
  if (node === null || typeof node !== "object") return node;
  const { $defs = {}, ...rest } = node as Json;
  for (const [name, schema] of Object.entries($defs as Record<string, Json>)) {
    if (isAnyJson(name) || schemas[name]) continue;
    schemas[name] = unnamed(schema);
    schemas[name] = referring(schemas[name], schemas) as Json;
  }
  const leading = Object.entries(rest).map(([key, value]) => {
    if (key !== "$ref" || typeof value !== "string" || !value.startsWith(LOCAL)) return [key, referring(value, schemas)];
    const name = value.slice(LOCAL.length);
    return [key, `#/components/schemas/${isAnyJson(name) ? "JsonValue" : name}`];
  });
  return Object.fromEntries(leading);
}

export const unnamed = ({ id: _id, ...schema }: Json): Json => schema;

/**
 * Gives every schema that stands several times, and is worth it, the name of the field in which it stands first: among the schemas
 * that have names, and in `others` with the fields in which they stand, which are changed where they are.
 */
export function shareSchemas(schemas: Record<string, Json>, others: readonly (readonly [string, Json])[]): void {
  const times = new Map<string, number>();
  const count = ({ description, ...schema }: Json): void =>
    counted(description === undefined || isOfRecord(schema) ? schema : { ...schema, description });
  const counted = (schema: Json): void => {
    const text = JSON.stringify(schema);
    const found = times.get(text) ?? 0;
    times.set(text, found + 1);
    // What is within it will stand once.
    if (found === 0 || !isWorth(schema, text)) remade(schema, count);
  };
  const roots = [...Object.values(schemas), ...others.map(([, schema]) => schema)];
  for (const root of roots) remade(root, count);
  // A record that stands in another is the same but for its links and what was expanded.
  const named = new Map(Object.entries(schemas).map(([name, schema]) => [JSON.stringify(withoutLinks(schema)), name]));
  const share = ({ description, ...schema }: Json, field: string): Json => {
    // What is said of a field stays with it, where its type is an id.
    if (description !== undefined && isOfRecord(schema)) return { ...share(schema, field), description };
    return shared(description === undefined ? schema : { ...schema, description }, field);
  };
  const shared = (schema: Json, field: string): Json => {
    const text = JSON.stringify(schema);
    if (!isWorth(schema, text) || ((times.get(text) ?? 0) < 2 && !named.has(text))) return remade(schema, share, field);
    const known = named.get(text);
    const name = known ?? freeName(typeNameOf(schema, field), schemas);
    if (known === undefined) {
      named.set(text, name);
      schemas[name] = {};
      schemas[name] = remade(schema, share, field);
    }
    return { $ref: `#/components/schemas/${name}` };
  };
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = remade(schema, share);
  for (const [field, schema] of others) Object.assign(schema, remade(schema, share, field));
}

/** Characters of fields from which it is worth it that several schemas have them from one. */
const WORTH_OF_FIELDS = 300;

/**
 * Fields that stand in several schemas of a family stand once: those of a record in its row of lists, those of every row in `BaseRecord`,
 * and those of the inputs of a kind in one below these.
 */
export function shareFields(schemas: Record<string, Json>): void {
  const schemaOf = (name: string): Json => schemas[name] ?? {};
  const put = (names: readonly string[], base: string): void => {
    for (const name of names) schemas[name] = onTop(schemaOf(name), schemaOf(base), base);
  };
  const rows = Object.keys(schemas).filter((name) => name.endsWith("Row"));
  for (const row of rows) {
    const record = row.slice(0, -"Row".length);
    if (schemas[record] && hasAll(schemas[record], fieldsOf(schemaOf(row)))) put([record], row);
  }
  const ofEach = fieldsShared(rows.map(schemaOf));
  const records = Object.keys(schemas).filter((name) => hasAll(schemaOf(name), ofEach));
  schemas.BaseRecord = based(ofEach, records.map(schemaOf));
  put(records, "BaseRecord");
  const inputs = Object.keys(schemas).filter((name) => inputOf.test(name));
  for (const [kind, names] of Map.groupBy(inputs, (name) => inputOf.exec(name)?.[1] ?? "Query")) {
    const shared = fieldsShared(names.map(schemaOf));
    if (names.length < 2 || JSON.stringify(shared).length < WORTH_OF_FIELDS) continue;
    const base = freeName(`${kind}Input`, schemas);
    schemas[base] = based(shared, []);
    put(names, base);
  }
}

/** The inputs that make and change a kind of record, and those that ask for lists. */
const inputOf = /^(?:Create|Replace|Update)(.+)Body$|^Query.+Body$/;

/** Fields for others to be built on, and those of them that all who are have for sure. */
function based(fields: readonly [string, Json][], members: readonly Json[]): Json {
  const [first = [], ...others] = members.map(({ required = [] }) => required as string[]);
  const required = first.filter(
    (field) => fields.some(([name]) => name === field) && others.every((each) => each.includes(field)),
  );
  return { type: "object", properties: Object.fromEntries(fields), ...(required.length > 0 ? { required } : {}) };
}

const hasAll = ({ properties = {} }: Json, fields: readonly [string, Json][]): boolean =>
  fields.every(([field, schema]) => same((properties as Json)[field], schema));

const fieldsOf = ({ properties = {} }: Json): [string, Json][] => Object.entries(properties as Record<string, Json>);

const fieldsShared = ([first = {}, ...others]: readonly Json[]): [string, Json][] =>
  fieldsOf(first).filter(([field, schema]) => others.every((each) => hasAll(each, [[field, schema]])));

/** A schema that says only what its base does not; no others are taken than before. */
function onTop({ additionalProperties, required: all = [], ...schema }: Json, base: Json, name: string): Json {
  const known = (base.properties ?? {}) as Json;
  const settled = (base.required ?? []) as string[];
  const required = (all as string[]).filter((field) => !settled.includes(field));
  return {
    ...schema,
    allOf: [{ $ref: `#/components/schemas/${name}` }],
    properties: Object.fromEntries(fieldsOf(schema).filter(([field]) => !Object.hasOwn(known, field))),
    ...(required.length > 0 ? { required } : {}),
    ...(additionalProperties === false ? { unevaluatedProperties: false } : {}),
    ...(additionalProperties ? { additionalProperties } : {}),
  };
}

/** What an input has given a name to is described among the schemas of all. */
export function define($defs: unknown, schemas: Record<string, Json>): void {
  for (const [name, schema] of Object.entries(($defs ?? {}) as Record<string, Json>))
    if (!isAnyJson(name)) schemas[name] ??= unnamed(schema);
}

function withoutLinks(schema: Json): Json {
  const { links: _links, expanded: _expanded, ...properties } = (schema.properties ?? {}) as Json;
  return { ...schema, ...(schema.properties ? { properties } : {}) };
}

const isWorth = (schema: Json, text: string): boolean =>
  isOfRecord(schema) || (text.length >= WORTH && schema.const === undefined && schema.$ref === undefined);

const typeNameOf = (schema: Json, field: string): string =>
  schema["x-record"] === undefined ? pascal(field) : `${pascal(String(schema["x-record"]))}Id`;

function freeName(name: string, taken: Readonly<Record<string, unknown>>): string {
  for (let n = 1; ; n++) {
    const tried = n === 1 ? name : `${name}${n}`;
    if (!Object.hasOwn(taken, tried)) return tried;
  }
}

/** Gives every parameter that several operations take a name: its own, or where that stands for another, with the operation's before it. */
export function shareParameters(
  operations: readonly { operationId: string; parameters?: Json[] }[],
  components: Components,
): void {
  const times = Map.groupBy(
    operations.flatMap(({ parameters = [] }) => parameters),
    (parameter) => JSON.stringify(parameter),
  );
  const named = new Map<string, string>();
  for (const operation of operations)
    operation.parameters = operation.parameters?.map((parameter) => {
      const text = JSON.stringify(parameter);
      if ((times.get(text)?.length ?? 0) < 2) return parameter;
      const own = String(parameter.name)
        .replaceAll(/[^\w-]+/g, ".")
        .replace(/\.$/, "");
      const name = named.get(text) ?? (components.parameters[own] ? `${operation.operationId}.${own}` : own);
      named.set(text, name);
      return components.refer("parameters", name, parameter);
    });
}
