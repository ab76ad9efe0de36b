import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { useTenant } from "../../kernel/context.ts";
import { collectDetails, type ErrorDetail, invalid, invalidAll, notFound, ruleViolation } from "../../kernel/error.ts";
import { collectionOwner, isId } from "../../kernel/id.ts";
import type { MasterDefault, MasterKind } from "../../kernel/master-kind.ts";
import { memoizeByObject } from "../../kernel/memoize.ts";
import { findMasterReferences, listTagFields, type MasterReference, type Shape, toStoredFields } from "../../kernel/schema.ts";
import { fold } from "../../kernel/text.ts";
import { WhereClauses } from "../../storage/read/where-clause.ts";
import { Cache } from "../../storage/table/cache.ts";
import { isConditionFailed, queryAll, send, tableName } from "../../storage/table/database.ts";
import { tenantPrefix } from "../../storage/table/key.ts";
import { useBatch } from "../../storage/table/transaction-batch.ts";
import { Records } from "../../storage/write/records.ts";
import { References } from "../../storage/write/references.ts";
import { TagSpelling } from "../../storage/write/tag-spelling.ts";
import { fieldsForKind, type MasterRecord, Masters, pickOwnColumns } from "./master.entity.ts";
import { MASTER } from "./master-data.kind.ts";
import { defaultId, kindId } from "./master-id.ts";

/**
 * The values of a kind in a tenant. Default values are not stored. A value is stored once it is created or changed, and then replaces the default
 * with its id. So a new tenant costs nothing, and a default has the same id in every tenant.
 */
interface KindValues {
  /** Includes deleted values, because records may still hold them. */
  byId: ReadonlyMap<string, MasterRecord>;
  byCode: ReadonlyMap<string, MasterRecord>;
}

const cache = new Cache<KindValues>(60);

const cacheKey = (kind: MasterKind): string => `${useTenant()}/${kind.name}`;

/** Returns the values of a kind, cached for up to a minute, with those that the current batch plans. */
export const loadValues = async (kind: MasterKind): Promise<KindValues> => addPlanned(kind, await loadStoredValues(kind));

const loadStoredValues = (kind: MasterKind): Promise<KindValues> =>
  cache.get(cacheKey(kind), async () => {
    const items = await queryAll(`${tenantPrefix(useTenant())}E#${kindId(kind)}`, { prefix: "mst_" });
    const byId = new Map(await loadDefaults(kind));
    for (const item of items) byId.set(String(item.sk), pickOwnColumns(kind, Masters.fromItem(item)));
    return { byId, byCode: new Map([...byId.values()].map((value) => [value.code, value])) };
  });

/** Values that a batch would add, by their kind and folded name. They are not stored, and only this batch sees them. */
const plannedValues = new WeakMap<object, Map<string, MasterRecord>>();

const plannedKey = (kind: MasterKind, name: string): string => `${kind.name}/${fold(name.trim())}`;

/** Plans a value in the current batch: rows that name it can be checked before it exists. */
export function planValue(kind: MasterKind, value: MasterRecord): void {
  const batch = useBatch();
  if (!batch) throw new Error("Values are planned in a batch");
  const planned = plannedValues.get(batch) ?? new Map<string, MasterRecord>();
  plannedValues.set(batch, planned.set(plannedKey(kind, value.name), value));
}

export const isPlannedValue = (kind: MasterKind, name: string): boolean =>
  plannedValues.get(useBatch() ?? {})?.has(plannedKey(kind, name)) === true;

/** Forgets a planned value, once it is stored. */
export const forgetPlannedValue = (kind: MasterKind, name: string): void => {
  plannedValues.get(useBatch() ?? {})?.delete(plannedKey(kind, name));
};

function addPlanned(kind: MasterKind, stored: KindValues): KindValues {
  const batch = useBatch();
  const planned = batch && plannedValues.get(batch);
  const values = planned ? [...planned.values()].filter((value) => value.kind === kind.name) : [];
  if (values.length === 0) return stored;
  return {
    byId: new Map([...stored.byId, ...values.map((value) => [value.id, value] as const)]),
    byCode: new Map([...values.map((value) => [value.code, value] as const), ...stored.byCode]),
  };
}

export const forgetValues = (kind: MasterKind): void => cache.invalidate(cacheKey(kind));

/** Clears the cache of this process after a value of the kind was written. */
export async function invalidateAfter(kind: MasterKind, pendingWrite: Promise<MasterRecord>): Promise<MasterRecord> {
  const value = await pendingWrite;
  cache.invalidate(cacheKey(kind));
  return value;
}

/**
 * Returns the id of the value with this id or code; throws VALIDATION_ERROR on `field` if there is none. An inactive or deleted value is accepted
 * only if the record already has it (`currentValue`).
 */
export async function resolve(kind: MasterKind, idOrCode: string, field: string, currentValue?: string | null): Promise<string> {
  const { byId, byCode } = await loadValues(kind);
  const findValue = (name: string) => byId.get(name) ?? byCode.get(name.toLowerCase()) ?? byCode.get(findAlias(kind, name));
  const value = findValue(idOrCode);
  const isUnchanged = value !== undefined && typeof currentValue === "string" && value === findValue(currentValue);
  if (!value || (value.deleted_at && !isUnchanged))
    throw invalid(field, `No such value among the ${kind.label.toLowerCase()}: ${formatCodes([...byId.values()])}`);
  if (!value.is_active && !isUnchanged) throw invalid(field, "This value is no longer in use");
  return value.id;
}

/** Returns the code for which an input is another word; an empty text if it is none. */
const findAlias = ({ aliases = {} }: MasterKind, input: string): string => {
  const key = input.toLowerCase();
  return Object.hasOwn(aliases, key) ? (aliases[key] ?? "") : "";
};

/** Codes that an error message lists before it only says that there are more. */
const MAX_LISTED_CODES = 12;
const formatCodes = (values: readonly MasterRecord[]): string => {
  const codes = values.flatMap(({ code, is_active, deleted_at }) => (is_active && !deleted_at ? [code] : []));
  return codes.length === 0
    ? "there is none yet"
    : [...codes.slice(0, MAX_LISTED_CODES), ...(codes.length > MAX_LISTED_CODES ? ["…"] : [])].join(", ");
};

/**
 * Returns the input with its master data in stored form, and tags in the tenant's spelling. `fields` declares the kinds, and `currentRecord` is the present
 * record. Referenced records must exist and be visible to the caller, except in the `own` fields, which the caller checks itself. Throws one
 * VALIDATION_ERROR with all errors.
 */
export async function resolveAll<T extends object>(
  fields: Shape,
  input: T,
  currentRecord?: object,
  { checkedFields = [] }: { checkedFields?: readonly string[] } = {},
): Promise<T> {
  const next = { ...input } as Record<string, unknown>;
  const storedFields = (currentRecord ?? {}) as Record<string, unknown>;
  const details: ErrorDetail[] = [];
  const resolved = ({ kind, storageForm }: MasterReference, value: unknown, path: string, before: unknown): unknown => {
    if (typeof value !== "string") return value;
    const currentValue = typeof before === "string" ? before : null;
    return collectDetails(
      details,
      storageForm === "id" ? resolve(kind, value, path, currentValue) : resolveCode(kind, value, path, currentValue),
      value,
    );
  };
  const records = References.findInvalid(fields, input, currentRecord, checkedFields);
  for (const field of listTagFields(fields)) {
    const value = next[field];
    // In input that will be refused, values that could not be parsed are skipped.
    const tags = Array.isArray(value) ? value.filter((tag) => typeof tag === "string") : undefined;
    if (tags) next[field] = await TagSpelling.apply(tags, (storedFields[field] ?? []) as string[]);
  }
  await Promise.all(
    [...findMasterReferences(fields)].map(async ([field, reference]) => {
      const [value, before] = [next[field], storedFields[field]];
      if (value === undefined || value === null) return;
      next[field] = Array.isArray(value)
        ? await Promise.all(
            value.map((item, index) =>
              resolved(reference, item, `${field}[${index}]`, Array.isArray(before) ? before[index] : null),
            ),
          )
        : await resolved(reference, value, field, before);
    }),
  );
  if (WhereClauses.isWhereClause(next.where)) {
    const resolveCondition = (reference: MasterReference, value: unknown, path: string) => resolved(reference, value, path, null);
    next.where = await WhereClauses.resolveMasters(next.where, resolveCondition);
  }
  details.push(...(await records));
  if (details.length === 0) details.push(...(await findMismatches(fields, next, storedFields)));
  if (details.length > 0) throw invalidAll(details);
  return next as T;
}

/**
 * Returns the fields whose values depend on another field, as a state depends on its country. With several pairs, the prefix decides:
 * `billing_state_id` depends on `billing_country_id`.
 */
const findDependentFields = memoizeByObject((fields: Shape) => {
  const references = [...findMasterReferences(fields)].filter(([, { storageForm }]) => storageForm === "id");
  return references.flatMap(([field, { kind }]) =>
    [...findMasterReferences(fieldsForKind(kind))].flatMap(([column, { kind: above }]) =>
      references.flatMap(([parentField, { kind: otherKind }]) =>
        otherKind === above && field.startsWith(fieldPrefix(parentField, column))
          ? [{ field, kind, column, parentField, above }]
          : [],
      ),
    ),
  );
});

const fieldPrefix = (field: string, column: string): string => (field.endsWith(column) ? field.slice(0, -column.length) : "");

/**
 * Returns errors for values that do not belong to the value beside them, such as a state of another country. `next` is what is written, as ids;
 * unchanged pairs are not checked.
 */
async function findMismatches(
  fields: Shape,
  next: Record<string, unknown>,
  storedValues: Record<string, unknown>,
): Promise<ErrorDetail[]> {
  const inForce = (field: string): unknown => (next[field] === undefined ? storedValues[field] : next[field]);
  const isNew = (field: string): boolean => next[field] !== undefined && next[field] !== storedValues[field];
  const pairs = findDependentFields(fields).filter(({ field, parentField }) => isNew(field) || isNew(parentField));
  const details = pairs.map(async ({ field, kind, column, parentField, above }): Promise<ErrorDetail[]> => {
    const [below, parentId] = [inForce(field), inForce(parentField)];
    if (typeof below !== "string" || typeof parentId !== "string") return [];
    const value = await find(kind, below);
    const belongs = (value as Record<string, unknown> | undefined)?.[column];
    if (!belongs || belongs === parentId) return [];
    return [{ field, message: `${value?.name} does not belong to ${(await find(above, parentId))?.name ?? parentId}` }];
  });
  return (await Promise.all(details)).flat();
}

/** Returns the value with an id that a record holds; undefined if there is none. */
export const find = async (kind: MasterKind, id: string | null): Promise<MasterRecord | undefined> =>
  id === null ? undefined : (await loadValues(kind)).byId.get(id);

/** Returns the id of a value in a tree and those of its ancestors, the nearest first, including deleted ones; empty if there is no such value. */
export async function listAncestors(kind: MasterKind, id: string): Promise<string[]> {
  const { byId } = await loadValues(kind);
  const line: string[] = [];
  for (let ancestor = byId.get(id); ancestor && !line.includes(ancestor.id); ancestor = byId.get(ancestor.parent_id ?? ""))
    line.push(ancestor.id);
  return line;
}

/** Returns the label of a value, by id or code, even if it is not in use; undefined if there is none. */
export async function findLabel(kind: MasterKind, idOrCode: string): Promise<string | undefined> {
  const { byId, byCode } = await loadValues(kind);
  return (byId.get(idOrCode) ?? byCode.get(idOrCode))?.name;
}

/** Returns the code of a value, as `resolve` does for ids; null if none is given. For records that store codes. */
export async function resolveCode<T extends string | null>(
  kind: MasterKind,
  idOrCode: T,
  field: string,
  currentValue?: string | null,
): Promise<T | string> {
  const value = idOrCode && (await find(kind, await resolve(kind, idOrCode, field, currentValue)));
  return value ? value.code : idOrCode;
}

/** Returns the code of each value of a kind, by id. */
export const loadCodes = async (kind: MasterKind): Promise<ReadonlyMap<string, string>> =>
  new Map([...(await loadValues(kind)).byId.values()].map(({ id, code }) => [id, code]));

/** Returns the label of each value of a kind, including values not in use, by id or code. */
export const loadLabels = async (kind: MasterKind, keyField: "id" | "code" = "id"): Promise<ReadonlyMap<string, string>> =>
  new Map([...(await loadValues(kind)).byId.values()].map((value) => [value[keyField], value.name]));

/** Returns the display position of each value of a kind, including values not in use, by id. */
export const loadSequences = async (kind: MasterKind): Promise<ReadonlyMap<string, number>> =>
  new Map([...(await loadValues(kind)).byId.values()].map(({ id, sequence }) => [id, sequence]));

/** Returns the id of the active value with this id, code or label; undefined if there is none. */
export async function findByName(kind: MasterKind, input: string): Promise<string | undefined> {
  const { byId, byCode } = await loadValues(kind);
  const key = fold(input.trim());
  const inUse = (value: MasterRecord | undefined) => (value?.is_active && !value.deleted_at ? value.id : undefined);
  const matchedId = inUse(byId.get(input)) ?? inUse(byCode.get(key));
  const labelled = [...byId.values()].flatMap((value) => (fold(value.name) === key ? (inUse(value) ?? []) : []))[0];
  const aliased = inUse(byCode.get(findAlias(kind, input.trim())));
  return matchedId ?? labelled ?? aliased ?? inUse(byCode.get((await kind.findCode?.(input)) ?? ""));
}

/** Returns the id of any active value of a kind. */
export const findAnyActive = async (kind: MasterKind): Promise<string | undefined> =>
  [...(await loadValues(kind)).byId.values()].find((value) => value.is_active && !value.deleted_at)?.id;

/** Returns the first active value of a kind, in display order, for which `holds` is true. */
export const findFirst = async (kind: MasterKind, holds: (value: MasterRecord) => boolean): Promise<MasterRecord | undefined> =>
  (await listOrdered(kind, holds))[0];

/** Returns the values of a kind, in display order, that are active or listed in `retainedIds`, and for which `holds` is true. */
export async function listOrdered(
  kind: MasterKind,
  holds: (value: MasterRecord) => boolean,
  retainedIds: readonly string[] = [],
): Promise<MasterRecord[]> {
  const { byId } = await loadValues(kind);
  const isHere = (value: MasterRecord): boolean => (value.is_active && !value.deleted_at) || retainedIds.includes(value.id);
  const values = [...byId.values()].filter((value) => isHere(value) && holds(value));
  return values.sort(compareDisplayOrder);
}

const compareDisplayOrder = (a: MasterRecord, b: MasterRecord): number => a.sequence - b.sequence || (a.name < b.name ? -1 : 1);

/** Returns the positions of all values of a kind in display order, by what records store. Values that are not in use have one, too. */
export async function loadPositions({ kind, storageForm }: MasterReference): Promise<Map<string, number>> {
  const { byId } = await loadValues(kind);
  return new Map([...byId.values()].sort(compareDisplayOrder).map((value, index) => [value[storageForm], index]));
}

/** Returns the id of the value that records get by default. */
export const fallbackId = (kind: MasterKind & { readonly fallback: string }): string => defaultId(kind, kind.fallback);

const defaultValues = new Map<MasterKind, Promise<ReadonlyMap<string, MasterRecord>>>();

function loadDefaults(kind: MasterKind): Promise<ReadonlyMap<string, MasterRecord>> {
  const defaults = defaultValues.get(kind) ?? buildDefaultValues(kind);
  defaultValues.set(kind, defaults);
  return defaults;
}

async function buildDefaultValues(kind: MasterKind): Promise<ReadonlyMap<string, MasterRecord>> {
  const createdAt = "2026-01-01T00:00:00.000Z";
  const base = {
    version: 1,
    created_at: createdAt,
    created_by: "system",
    updated_at: createdAt,
    updated_by: "system",
    deleted_at: null,
  };
  const values = (await kind.defaults()).map(({ parent, code, ...value }: MasterDefault, index): MasterRecord => {
    const above = parent === undefined ? {} : { parent_id: defaultId(kind, parent) };
    const fields = toStoredFields(fieldsForKind(kind), { ...value, ...above, sequence: (index + 1) * 10 });
    return { ...fields, ...base, kind: kind.name, code, id: defaultId(kind, code) } as MasterRecord;
  });
  return new Map(values.map((value) => [value.id, value]));
}

/** Refuses ids that are not values of this kind. */
export function requireKind(kind: MasterKind, id: string): void {
  if (!isId(id, MASTER) || collectionOwner(id) !== kindId(kind)) throw notFound();
}

/** Stores a default value before its first change, so that it has a version to change and the audit trail shows the former values. */
export async function requireStored(kind: MasterKind, id: string): Promise<void> {
  requireKind(kind, id);
  const value = (await loadDefaults(kind)).get(id);
  if (value && kind.isFixed) throw ruleViolation(`"${value.name}" is predefined and cannot be changed`);
  if (await Records.load(Masters, id)) return;
  if (!value) throw notFound();
  const Item = Masters.toItem(useTenant(), value, JSON.stringify({ actor: "system", request: "default" }));
  try {
    await send(new PutCommand({ TableName: tableName(), Item, ConditionExpression: "attribute_not_exists(pk)" }));
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}
