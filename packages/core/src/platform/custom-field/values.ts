import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { isRestoring } from "../../kernel/context.ts";
import { collectDetails, type ErrorDetail, Failure, invalid, invalidAll } from "../../kernel/error.ts";
import { toErrorDetails } from "../../kernel/fn.ts";
import { memoizeByObject } from "../../kernel/memoize.ts";
import { listNames } from "../../kernel/registry.ts";
import { EVERY_TEXT, json, oneOf, parseRetaining, valueSchema } from "../../kernel/schema.ts";
import { sha256 } from "../../kernel/sha256.ts";
import { resolveCustomFields } from "../../storage/read/custom-filters.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import type { PathDeclaration } from "../../storage/read/path-declarations.ts";
import { type WhereClause, WhereClauses } from "../../storage/read/where-clause.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import type { CustomFieldAdapter, CustomListField } from "../../storage/table/custom-field-values.ts";
import { Records } from "../../storage/write/records.ts";
import type { CustomFieldRecord, Entity } from "./custom-field.entity.ts";
import {
  baseType,
  buildSchema,
  isEmpty,
  readValue,
  requireReferencedKind,
  type Value,
  type Values,
} from "./custom-field.rules.ts";
import {
  canEditField,
  canSeeField,
  isInUse,
  listDefinitions,
  listFreshDefinitions,
  listIndexedDefinitions,
  listVisibleDefinitions,
} from "./definitions.ts";
import { moveAll } from "./unique.ts";

/**
 * The values of custom fields, for domains whose records have them: what may be written, what is stored, and what the caller sees. A value is stored
 * under its field's name, as it was when it was written; readers get it under today's definition.
 */

const MAX_BYTES = 64 * 1024;

/** The input schema: `whole` for creating or replacing a record; a `patch` is merged by name, and null clears a value. */
export const inputSchema = (entity: Entity, use: "whole" | "patch") =>
  json(2 * MAX_BYTES)
    .optional()
    .meta({ "x-custom-fields": `${entity} ${use}`, description: "The tenant's custom fields, by name" });

export const outputSchema = (entity: Entity) =>
  z.record(z.string(), z.json()).meta({
    "x-custom-fields": `${entity} shown`,
    description: "The tenant's custom fields that the caller can see, by name",
  });

/** The part of a row that lists have only if the caller names custom fields (`storage/read/list-page.ts`). */
export const rowShape = (entity: Entity) => ({ custom_fields: outputSchema(entity).optional() });

/** Returns the kind whose custom fields an output schema describes; undefined for records without them. */
export const findEntity = (shape: Readonly<Record<string, z.ZodType>>): Entity | undefined => {
  const { "x-custom-fields": use } = (shape.custom_fields && valueSchema(shape.custom_fields).meta()) ?? {};
  return typeof use === "string" ? use.split(" ")[0] : undefined;
};

export const storedSchema = () => z.record(z.string(), z.json()).nullable();

export type { Values } from "./custom-field.rules.ts";

export type CustomFieldInput = Readonly<Record<string, unknown>> | undefined;

export interface WriteOptions {
  /** What is stored now; omitted for a new record. */
  current?: Values | null;
  /** Changes only the fields that the input names. */
  patch?: boolean;
  /** For records that the system creates from data of others: missing required fields are accepted. */
  lenient?: boolean;
}

/** Returns what a record stores after a write. Throws all errors at once, each with its field. */
export async function resolveValues(entity: Entity, input: CustomFieldInput, options: WriteOptions = {}): Promise<Values | null> {
  const { current = null, patch = false } = options;
  if (patch && input === undefined) return current;
  const definitions = await listDefinitions(entity);
  const definitionByName = new Map(definitions.map((definition) => [definition.field_name, definition]));
  const errors: ErrorDetail[] = [];
  const fixed: ErrorDetail[] = [];
  for (const [name, value] of Object.entries(input ?? {})) {
    const definition = definitionByName.get(name);
    if (!definition || !isInUse(definition) || !canSeeField(definition))
      errors.push({ field: fieldPath(name), message: "Unknown field" });
    else if (!canEditField(definition) && !isSame(definition, value, current))
      fixed.push({ field: fieldPath(name), message: "Your role cannot change this field" });
  }
  const next: Values = { ...current };
  for (const definition of definitions) {
    const name = definition.field_name;
    const isNamed = input !== undefined && Object.hasOwn(input, name);
    const result = await resolveField(definition, isNamed ? input[name] : undefined, options);
    if ("wrong" in result) errors.push(...result.wrong);
    else if (isEmpty(result.value)) delete next[name];
    else next[name] = result.value as Value;
  }
  if (errors.length > 0) throw invalidAll(errors);
  if (fixed.length > 0) throw new Failure("FORBIDDEN", "Your role cannot change these fields", { details: fixed });
  if (Buffer.byteLength(JSON.stringify(next)) > MAX_BYTES)
    throw invalid("custom_fields", `Must be at most ${MAX_BYTES} bytes in total`);
  return Object.keys(next).length > 0 ? next : null;
}

/** Runs `resolveValues` together with the rest of a write, and throws the errors of both at once. */
export async function resolveTogether<T extends object>(
  entity: Entity,
  input: CustomFieldInput,
  options: WriteOptions,
  rest: Promise<T>,
): Promise<T & { custom_fields: Values | null }> {
  const errors: ErrorDetail[] = [];
  const [custom_fields, otherFields] = await Promise.all([
    collectDetails(errors, resolveValues(entity, input, options), null),
    collectDetails(errors, rest, undefined),
  ]);
  if (errors.length > 0 || otherFields === undefined) throw invalidAll(errors);
  return { ...otherFields, custom_fields };
}

const fieldPath = (name: string): string => `custom_fields.${name}`;

/** Whether a value is the one that the caller was shown. */
const isSame = (definition: CustomFieldRecord, value: unknown, current: Values | null): boolean =>
  isDeepStrictEqual(value ?? null, readValue(definition, storedValue(current, definition)));

const storedValue = (values: Values | null, { field_name }: CustomFieldRecord): Value | undefined =>
  values && Object.hasOwn(values, field_name) ? values[field_name] : undefined;

type FieldResult = { value: Value | undefined } | { wrong: ErrorDetail[] };

/** Returns what is stored for one field after a write, or its errors. `input` is undefined if the write does not name the field. */
async function resolveField(
  definition: CustomFieldRecord,
  input: unknown,
  { current: stored, patch, lenient }: WriteOptions,
): Promise<FieldResult> {
  const current = stored ?? null;
  const { is_required, default_value, field_name } = definition;
  const before = storedValue(current, definition);
  if (!isInUse(definition)) return { value: before };
  if (!canEditField(definition)) return { value: stored === undefined ? default_value : before };
  if (input === undefined && patch) return { value: before };
  // A value that is sent back unchanged stays, even if the definition no longer accepts it as a new value.
  const isBack = !isEmpty(before) && input !== undefined && isSame(definition, input, current) && !(patch && input === null);
  if (isBack) return { value: before };
  if (!isEmpty(input)) return parseField(definition, input);
  // A value that cannot be read under the present type was not shown, so a caller who omits it has not removed it.
  const isUnread = !patch && !isEmpty(before) && readValue(definition, before) === null;
  if (isUnread) return { value: before };
  if (!isEmpty(default_value) && (input === undefined || is_required)) return { value: default_value };
  if (is_required && !lenient) return { wrong: [{ field: fieldPath(field_name), message: "Required" }] };
  return { value: undefined };
}

const schemaCache = new WeakMap<CustomFieldRecord, z.ZodType>();

async function parseField(definition: CustomFieldRecord, input: unknown, isStored = isRestoring()): Promise<FieldResult> {
  const { field_name, field_type, reference_kind } = definition;
  const schema = schemaCache.get(definition) ?? buildSchema(definition);
  schemaCache.set(definition, schema);
  const { data, error } = isStored ? parseRetaining(EVERY_TEXT, () => schema.safeParse(input)) : schema.safeParse(input);
  if (error) return { wrong: toErrorDetails(error, [fieldPath(field_name)]) };
  if (field_type === "reference" && !(await Records.isVisible(requireReferencedKind(reference_kind), String(data))))
    return { wrong: [{ field: fieldPath(field_name), message: `No such ${reference_kind}` }] };
  return { value: data as Value };
}

/** Returns the default values of a new record. */
export const buildDefaults = (entity: Entity): Promise<Values | null> => resolveValues(entity, undefined, { lenient: true });

/**
 * Returns the values that a new record takes over from its source: fields with the same name that the caller sees there and may write here, if the
 * value is valid here. Unique values are not copied.
 */
export async function carryOver(from: Entity, values: Values | null, to: Entity): Promise<Values> {
  const sourceValues = (await loadPresenter(from))(values);
  const targetDefinitions = (await listDefinitions(to)).filter(
    (definition) => isInUse(definition) && canEditField(definition) && !definition.is_unique,
  );
  const carriedValues: Values = {};
  for (const definition of targetDefinitions) {
    const value = sourceValues[definition.field_name];
    const result: FieldResult = isEmpty(value) ? { value: undefined } : await parseField(definition, value, true);
    if ("value" in result && result.value !== undefined) carriedValues[definition.field_name] = result.value;
  }
  return carriedValues;
}

/** Converts stored values into what the caller sees: every field in use that they may see, null if it is empty. */
export type ValuePresenter = (values: Values | null) => Record<string, Value>;

export async function loadPresenter(entity: Entity): Promise<ValuePresenter> {
  const definitions = (await listDefinitions(entity)).filter((definition) => isInUse(definition) && canSeeField(definition));
  return (values) =>
    Object.fromEntries(
      definitions.map((definition) => [definition.field_name, readValue(definition, storedValue(values, definition))]),
    );
}

/** Returns schemas and a reader for the fields that every user may see, independent of the caller. */
export async function loadOpenFields(entity: Entity) {
  const definitions = await listDefinitions(entity);
  return buildOpenFields(definitions);
}

const buildOpenFields = memoizeByObject((all: readonly CustomFieldRecord[]) => {
  const definitions = all.filter((definition) => isInUse(definition) && definition.visible_to.length === 0);
  const schemaFor = (definition: CustomFieldRecord) => buildSchema({ ...definition, validation: null });
  return {
    schemas: Object.fromEntries(definitions.map((definition) => [definition.field_name, schemaFor(definition)])),
    read: (values: Values | null): Record<string, Value> =>
      Object.fromEntries(
        definitions.map((definition) => [definition.field_name, readValue(definition, storedValue(values, definition))]),
      ),
  };
});

/** Reads the definitions again if this process does not know a field that the caller names, because another process has just added it. */
export async function refreshDefinitions(entity: Entity, names: readonly string[]): Promise<void> {
  const prefix = fieldPath("");
  const paths = names.flatMap((name) => (name.startsWith(prefix) ? [[name.slice(prefix.length), null] as const] : []));
  if (paths.length > 0 && listNames("custom_fields").includes(entity))
    await listFreshDefinitions(entity, Object.fromEntries(paths));
}

/** Returns the schemas of the fields that the caller sees, by path. Only those of references are exact. */
export async function loadPathSchemas(entity: Entity, names: readonly string[]): Promise<Record<string, z.ZodType>> {
  await refreshDefinitions(entity, names);
  const definitions = await listVisibleDefinitions(entity);
  return Object.fromEntries(
    definitions.map((definition) => [
      fieldPath(definition.field_name),
      definition.field_type === "reference" ? buildSchema({ ...definition, validation: null }) : z.json(),
    ]),
  );
}

/** Returns the fields by which the caller may filter and sort lists. */
export async function listListFields(entity: Entity, paths: readonly string[]): Promise<CustomListField[]> {
  await refreshDefinitions(entity, paths);
  return (await listVisibleDefinitions(entity)).map(describeListField);
}

const describeListField = memoizeByObject((definition: CustomFieldRecord): CustomListField => {
  const { field_name, picklist_values, field_type, decimal_places, reference_kind, former } = definition;
  const type = baseType(field_type);
  // Records may have options that were retired.
  const codes = (picklist_values ?? []).map(({ code }) => code);
  const choice = codes.length > 0 ? oneOf(codes) : z.string();
  return {
    path: fieldPath(field_name),
    type,
    schema: type === "choice" ? choice : type === "choices" ? z.array(choice) : buildSchema({ ...definition, validation: null }),
    meaning: sha256(JSON.stringify([field_type, picklist_values, decimal_places, reference_kind, former])).slice(0, 12),
    readValue: (stored) => readValue(definition, stored),
  };
});

/** Refuses filters and sorts by fields that the caller does not see, with the same message as for fields that do not exist. */
export async function requireVisible<R extends BaseRecord>(
  collection: Collection<R>,
  { paths, sort = "", where }: { paths?: ListQuery["paths"]; sort?: string | undefined; where?: WhereClause | undefined },
): Promise<void> {
  const [first = "", ...others] = sort.split(",").map((name) => name.replace(/^-/, ""));
  const expression = where && WhereClauses.toExpression(where);
  await resolveCustomFields(collection, {
    ...{
      page: 1,
      limit: 1,
      sort: first,
      order: "asc",
      cursor: undefined,
      search: undefined,
      deleted: false,
      filters: {},
      ranges: {},
    },
    thenBy: others.map((name) => ({ sort: name, order: "asc" })),
    paths,
    where: expression && [expression],
  });
}

/** Returns the fields that lists filter or sort by, as the stream consumer and lists need them. */
export async function listDeclarations(entity: string): Promise<PathDeclaration[]> {
  return (await listIndexedDefinitions(entity as Entity)).flatMap((definition) => {
    const { id, field_name, field_type, is_filterable, is_sortable, revision, index_status } = definition;
    if (index_status === null) return [];
    const valueIn = (record: object) => readValue(definition, recordValue(record, definition));
    return [
      {
        id,
        path: fieldPath(field_name),
        type: baseType(field_type),
        filter: is_filterable,
        sort: is_sortable,
        revision,
        status: index_status,
        readValue: valueIn,
      },
    ];
  });
}

/** The adapter that a collection with custom fields declares: storage uses it to present values and to claim unique ones. */
export const ownFields: CustomFieldAdapter = { loadPresenter, listFields: listListFields, addClaims: moveAll };

const recordValue = (record: object, definition: CustomFieldRecord): Value | undefined =>
  storedValue((record as { custom_fields?: Values | null }).custom_fields ?? null, definition);

/**
 * Returns the values of an audit entry that the caller may see, as they were stored, including fields that were hidden or deleted since. A value that
 * was cut for its length is omitted if the caller may not see all of it.
 */
export async function redactHistory(entity: string, values: unknown): Promise<unknown> {
  if (!listNames("custom_fields").includes(entity) || values === null || typeof values !== "object") return values;
  const definitions = await listDefinitions(entity);
  const visibleNames = new Set(definitions.filter(canSeeField).map(({ field_name }) => field_name));
  if (visibleNames.size === definitions.length) return values;
  if (["cut", "characters", "sha256"].every((part) => part in values)) return {};
  return Object.fromEntries(Object.entries(values).filter(([name]) => visibleNames.has(name)));
}

export { move, retake } from "./unique.ts";
export * as CustomFields from "./values.ts";
