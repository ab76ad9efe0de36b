import { isRecordId, type JsonObject, mapSchema } from "./json-schema.ts";

/**
 * Parts that occur several times are defined once in the document, by name. It stays small, and generated clients have one type
 * for each part.
 */

/** Minimum characters, as JSON, of a schema that gets a name. */
const MIN_SHARED_SCHEMA_LENGTH = 64;

export class Components {
  readonly schemas: Record<string, JsonObject> = {};
  readonly responses: Record<string, JsonObject> = {};
  readonly parameters: Record<string, JsonObject> = {};
  readonly headers: Record<string, JsonObject> = {};
  /** The names of the schemas of bodies, by the schema as JSON: operations with the same body share its schema. */
  readonly bodies = new Map<string, string>();

  /** Returns a reference to the component of this name. If the name belongs to another value, it returns the value itself. */
  refer(room: "schemas" | "responses" | "parameters" | "headers", name: string, value: JsonObject): JsonObject {
    this[room][name] ??= value;
    return isEqualJson(this[room][name], value) ? { $ref: `#/components/${room}/${name}` } : value;
  }
}

const isEqualJson = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const toPascalCase = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join("");

const LOCAL_PREFIX = "#/$defs/";
/** The names of zod for the schema of arbitrary JSON. */
const isAnyJson = (name: string): boolean => name.startsWith("__schema");

/** Returns a part of the document whose references lead to the shared schemas. Its own `$defs` move to the shared schemas. */
export function rewriteReferences(node: unknown, schemas: Record<string, JsonObject>): unknown {
  if (Array.isArray(node)) return node.map((item) => rewriteReferences(item, schemas));
  if (node === null || typeof node !== "object") return node;
  const { $defs = {}, ...rest } = node as JsonObject;
  for (const [name, schema] of Object.entries($defs as Record<string, JsonObject>)) {
    if (isAnyJson(name) || schemas[name]) continue;
    schemas[name] = withoutId(schema);
    schemas[name] = rewriteReferences(schemas[name], schemas) as JsonObject;
  }
  const leading = Object.entries(rest).map(([key, value]) => {
    if (key !== "$ref" || typeof value !== "string" || !value.startsWith(LOCAL_PREFIX))
      return [key, rewriteReferences(value, schemas)];
    const name = value.slice(LOCAL_PREFIX.length);
    return [key, `#/components/schemas/${isAnyJson(name) ? "JsonValue" : name}`];
  });
  return Object.fromEntries(leading);
}

export const withoutId = ({ id: _id, ...schema }: JsonObject): JsonObject => schema;

/**
 * Gives a name to each schema that occurs several times and is long enough: the name of the field in which it occurs first. It
 * searches the named schemas and `fieldSchemas`, pairs of a field and a schema that it changes in place.
 */
export function shareSchemas(
  schemas: Record<string, JsonObject>,
  fieldSchemas: readonly (readonly [string, JsonObject])[],
): void {
  const times = new Map<string, number>();
  const count = ({ description, ...schema }: JsonObject): void =>
    countSchema(description === undefined || isRecordId(schema) ? schema : { ...schema, description });
  const countSchema = (schema: JsonObject): void => {
    const text = JSON.stringify(schema);
    const occurrences = times.get(text) ?? 0;
    times.set(text, occurrences + 1);
    // The schemas within a repeated schema will occur once.
    if (occurrences === 0 || !isWorthSharing(schema, text)) mapSchema(schema, count);
  };
  const roots = [...Object.values(schemas), ...fieldSchemas.map(([, schema]) => schema)];
  for (const root of roots) mapSchema(root, count);
  // A record within another record is the same except for its links and expanded records.
  const nameBySchema = new Map(Object.entries(schemas).map(([name, schema]) => [JSON.stringify(withoutLinks(schema)), name]));
  const share = ({ description, ...schema }: JsonObject, field: string): JsonObject => {
    // The description stays with the field if its type is an id.
    if (description !== undefined && isRecordId(schema)) return { ...share(schema, field), description };
    return shared(description === undefined ? schema : { ...schema, description }, field);
  };
  const shared = (schema: JsonObject, field: string): JsonObject => {
    const text = JSON.stringify(schema);
    if (!isWorthSharing(schema, text) || ((times.get(text) ?? 0) < 2 && !nameBySchema.has(text)))
      return mapSchema(schema, share, field);
    const existingName = nameBySchema.get(text);
    const name = existingName ?? findFreeName(schemaName(schema, field), schemas);
    if (existingName === undefined) {
      nameBySchema.set(text, name);
      schemas[name] = {};
      schemas[name] = mapSchema(schema, share, field);
    }
    return { $ref: `#/components/schemas/${name}` };
  };
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = mapSchema(schema, share);
  for (const [field, schema] of fieldSchemas) Object.assign(schema, mapSchema(schema, share, field));
}

/** Minimum characters, as JSON, of shared fields that get a base schema. */
const MIN_SHARED_FIELDS_LENGTH = 300;

/**
 * Moves fields that several related schemas share into one base schema: the fields of a list row are the base of its record, the
 * fields of all rows go into `BaseRecord`, and the common fields of a kind's inputs into a base input.
 */
export function shareFields(schemas: Record<string, JsonObject>): void {
  const findSchema = (name: string): JsonObject => schemas[name] ?? {};
  const extendSchemas = (names: readonly string[], base: string): void => {
    for (const name of names) schemas[name] = extendBaseSchema(findSchema(name), findSchema(base), base);
  };
  const rows = Object.keys(schemas).filter((name) => name.endsWith("Row"));
  for (const row of rows) {
    const record = row.slice(0, -"Row".length);
    if (schemas[record] && hasAllFields(schemas[record], listFields(findSchema(row)))) extendSchemas([record], row);
  }
  const ofEach = findSharedFields(rows.map(findSchema));
  const records = Object.keys(schemas).filter((name) => hasAllFields(findSchema(name), ofEach));
  schemas.BaseRecord = buildBaseSchema(ofEach, records.map(findSchema));
  extendSchemas(records, "BaseRecord");
  const inputs = Object.keys(schemas).filter((name) => INPUT_NAME.test(name));
  for (const [kind, names] of Map.groupBy(inputs, (name) => INPUT_NAME.exec(name)?.[1] ?? "Query")) {
    const shared = findSharedFields(names.map(findSchema));
    if (names.length < 2 || JSON.stringify(shared).length < MIN_SHARED_FIELDS_LENGTH) continue;
    const base = findFreeName(`${kind}Input`, schemas);
    schemas[base] = buildBaseSchema(shared, []);
    extendSchemas(names, base);
  }
}

/** The names of inputs that create and change a kind of record, and of inputs that query lists. */
const INPUT_NAME = /^(?:Create|Replace|Update)(.+)Body$|^Query.+Body$/;

/** Builds a base schema from fields. A field is required if all members require it. */
function buildBaseSchema(fields: readonly [string, JsonObject][], members: readonly JsonObject[]): JsonObject {
  const [first = [], ...otherNames] = members.map(({ required = [] }) => required as string[]);
  const required = first.filter(
    (field) => fields.some(([name]) => name === field) && otherNames.every((names) => names.includes(field)),
  );
  return { type: "object", properties: Object.fromEntries(fields), ...(required.length > 0 ? { required } : {}) };
}

const hasAllFields = ({ properties = {} }: JsonObject, fields: readonly [string, JsonObject][]): boolean =>
  fields.every(([field, schema]) => isEqualJson((properties as JsonObject)[field], schema));

const listFields = ({ properties = {} }: JsonObject): [string, JsonObject][] =>
  Object.entries(properties as Record<string, JsonObject>);

const findSharedFields = ([first = {}, ...otherSchemas]: readonly JsonObject[]): [string, JsonObject][] =>
  listFields(first).filter(([field, schema]) =>
    otherSchemas.every((otherSchema) => hasAllFields(otherSchema, [[field, schema]])),
  );

/** Returns a schema with only the fields that its base lacks. It accepts no other fields than before. */
function extendBaseSchema(
  { additionalProperties, required: all = [], ...schema }: JsonObject,
  base: JsonObject,
  name: string,
): JsonObject {
  const baseProperties = (base.properties ?? {}) as JsonObject;
  const settled = (base.required ?? []) as string[];
  const required = (all as string[]).filter((field) => !settled.includes(field));
  return {
    ...schema,
    allOf: [{ $ref: `#/components/schemas/${name}` }],
    properties: Object.fromEntries(listFields(schema).filter(([field]) => !Object.hasOwn(baseProperties, field))),
    ...(required.length > 0 ? { required } : {}),
    ...(additionalProperties === false ? { unevaluatedProperties: false } : {}),
    ...(additionalProperties ? { additionalProperties } : {}),
  };
}

/** Adds the named schemas of an input to the shared schemas. */
export function defineSchemas($defs: unknown, schemas: Record<string, JsonObject>): void {
  for (const [name, schema] of Object.entries(($defs ?? {}) as Record<string, JsonObject>))
    if (!isAnyJson(name)) schemas[name] ??= withoutId(schema);
}

function withoutLinks(schema: JsonObject): JsonObject {
  const { links: _links, expanded: _expanded, ...properties } = (schema.properties ?? {}) as JsonObject;
  return { ...schema, ...(schema.properties ? { properties } : {}) };
}

const isWorthSharing = (schema: JsonObject, text: string): boolean =>
  isRecordId(schema) || (text.length >= MIN_SHARED_SCHEMA_LENGTH && schema.const === undefined && schema.$ref === undefined);

const schemaName = (schema: JsonObject, field: string): string =>
  schema["x-record"] === undefined ? toPascalCase(field) : `${toPascalCase(String(schema["x-record"]))}Id`;

function findFreeName(name: string, namedSchemas: Readonly<Record<string, unknown>>): string {
  for (let n = 1; ; n++) {
    const tried = n === 1 ? name : `${name}${n}`;
    if (!Object.hasOwn(namedSchemas, tried)) return tried;
  }
}

/**
 * Gives a name to each parameter that several operations take: its own name, with an operation's name before it if another
 * parameter has that name.
 */
export function shareParameters(
  operations: readonly { operationId: string; parameters?: JsonObject[] }[],
  components: Components,
): void {
  const times = Map.groupBy(
    operations.flatMap(({ parameters = [] }) => parameters),
    (parameter) => JSON.stringify(parameter),
  );
  const nameByParameter = new Map<string, string>();
  for (const operation of operations)
    operation.parameters = operation.parameters?.map((parameter) => {
      const text = JSON.stringify(parameter);
      if ((times.get(text)?.length ?? 0) < 2) return parameter;
      const baseName = String(parameter.name)
        .replaceAll(/[^\w-]+/g, ".")
        .replace(/\.$/, "");
      const name =
        nameByParameter.get(text) ?? (components.parameters[baseName] ? `${operation.operationId}.${baseName}` : baseName);
      nameByParameter.set(text, name);
      return components.refer("parameters", name, parameter);
    });
}
