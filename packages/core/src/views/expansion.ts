import * as z from "zod";
import { CAMPAIGN } from "../engagement/campaign/campaign.kind.ts";
import { listActorFields } from "../kernel/actor.ts";
import { hasPermission } from "../kernel/context.ts";
import { isId, type Kind } from "../kernel/id.ts";
import { memoizeByObject } from "../kernel/memoize.ts";
import { titleRecord } from "../kernel/record-title.ts";
import {
  findMasterReferences,
  listRecordReferences,
  listReferenceFields,
  type MasterReference,
  type Shape,
  valueSchema,
} from "../kernel/schema.ts";
import { activityGrants } from "../people/activity/activity.kind.ts";
import type { NextActivity } from "../people/activity/next-activities.ts";
import { INTERACTION } from "../people/interaction/interaction.kind.ts";
import { PERSON } from "../people/person/person.kind.ts";
import { loadApiKeyNames } from "../platform/auth/api-key.ts";
import { API_KEY } from "../platform/auth/auth.kind.ts";
import { loadValues } from "../platform/master-data/values.ts";
import { Directory } from "../platform/user/directory.ts";
import { USER } from "../platform/user/user.kind.ts";
import { presentAnswer } from "../storage/read/answer-presenter.ts";
import { loadCollection, loadCollectionById, resolveKind } from "../storage/table/collection-registry.ts";
import { findReadable } from "../storage/write/readable-records.ts";
import { Records } from "../storage/write/records.ts";

/**
 * Expansion of references in a response, by the schema of its records: labels of master data and users, and the referenced records as list
 * rows. It is one level deep and contains only records that the caller sees: instead of another record it has null, or the name if the collection
 * discloses it.
 */

/** The expansions of a request: fields whose labels, and fields whose records, are returned, and whether the next activity of a record is. */
export interface ExpansionRequest {
  readonly labels: ReadonlySet<string>;
  readonly records: ReadonlySet<string>;
  readonly hasNextActivity?: boolean;
}

/** The name by which the next activity of each record is requested, if its kind has activities. */
export const NEXT_ACTIVITY = "next_activity";

/** Kinds that have activities, and no date of the last one. */
const UNDATED_SUBJECTS: readonly Kind[] = [CAMPAIGN, INTERACTION, PERSON];

/** Whether the records that an operation reads have activities. Functions without the list of all domains ask it too. */
export const hasActivities = (operationPath: string, shape: Shape): boolean =>
  Object.hasOwn(shape, "last_activity_date") ||
  UNDATED_SUBJECTS.some(({ path }) => [path, `${path}/query`, `${path}/{id}`].includes(operationPath));

/**
 * Returns the names by which records of fields are requested: `owner` for `owner_id`, and also the name of the kind (`person`) if only one
 * field references it.
 */
export const listExpandNames = memoizeByObject((shape: Shape): ReadonlyMap<string, string> => {
  const fields = listReferenceFields(shape).flatMap(({ field, kind, byType, acceptsAnyKind }) => {
    const kinds = kind ? [kind] : Object.values(byType);
    return acceptsAnyKind || kinds.some(isExpandable) ? [{ field, kind }] : [];
  });
  const byKind = Map.groupBy(fields, ({ kind }) => kind?.name);
  const alone = [...byKind].flatMap(([name, [first, ...otherFields]]): [string, string][] =>
    name && first && otherFields.length === 0 ? [[name, first.field]] : [],
  );
  const all = [...fields.map(({ field }) => field), ...listActorFields(shape)];
  return new Map([...alone, ...all.map((field): [string, string] => [field.replace(/_ids?$/, ""), field])]);
});

/** Returns the fields whose values are lists of objects, with the shape of the objects. */
export const listParts = memoizeByObject((shape: Shape): readonly (readonly [string, Shape])[] =>
  Object.entries(shape).flatMap(([field, schema]) => {
    const list = valueSchema(schema);
    const part = list instanceof z.ZodArray ? valueSchema(list.element as z.ZodType) : undefined;
    return part instanceof z.ZodObject ? [[field, part.shape as Shape] as const] : [];
  }),
);

type FieldValues = Readonly<Record<string, unknown>>;

const isExpandable = ({ path, isStandalone }: Kind): boolean => path !== undefined && !isStandalone;

/** Returns the expansions of each record, by field. */
export async function expandRecords(
  shape: Shape,
  { labels, records: expandedFields, hasNextActivity = false }: ExpansionRequest,
  records: readonly FieldValues[],
): Promise<FieldValues[]> {
  const references = records.map((record) => listReferences(shape, record));
  const all = references.flat();
  const listNamed = (named: Kind): string[] => [
    ...new Set(all.flatMap(({ field, kind, id }) => (labels.has(field) && kind === named ? [id] : []))),
  ];
  const [names, rowById, masters, parts, next] = await Promise.all([
    loadActorNames(listNamed(USER), listNamed(API_KEY)),
    loadRows(all.filter(({ field }) => expandedFields.has(field))),
    Promise.all(
      [...findMasterReferences(shape)].flatMap(([field, reference]) =>
        labels.has(field) && records.some((record) => toIds(record[field]).length > 0) ? [createLabeler(field, reference)] : [],
      ),
    ),
    Promise.all(listParts(shape).flatMap((part) => (labels.has(part[0]) ? [labelParts(part, records)] : []))),
    hasNextActivity ? loadNextActivities(records) : undefined,
  ]);
  // Who sees all records of a kind misses only deleted ones.
  const seesKind = ({ read }: Kind): boolean => Directory.seesAllRecords() && (!read || hasPermission(read));
  const isHidden = ({ field, kind, id }: NamedReference): boolean =>
    expandedFields.has(field) && isExpandable(kind) && !rowById.has(id) && !seesKind(kind);
  const disclosed = all.some(isHidden) ? await loadDisclosedNames(records, references, isHidden) : new Map<string, object>();
  const besideId = (reference: NamedReference, record: FieldValues): object | null | undefined => {
    const { field, kind, id } = reference;
    const name = labels.has(field) && (kind === USER || kind === API_KEY) ? names.get(id) : undefined;
    const row = expandedFields.has(field) ? rowById.get(id) : undefined;
    if (name === undefined && isHidden(reference)) return disclosed.get(disclosureKey(record, reference)) ?? null;
    return name === undefined && !row ? undefined : { ...(name === undefined ? {} : { id, name }), ...row };
  };
  return records.map((record, index) => {
    const entries = [
      ...masters.flatMap(({ field, buildLabel }) =>
        toIds(record[field]).map((recordId) => [field, buildLabel(recordId)] as const),
      ),
      ...(references[index] ?? []).map((reference) => [reference.field, besideId(reference, record)] as const),
      ...parts.flatMap(({ field, labels: found }) => (found[index] ?? []).map((label) => [field, label] as const)),
      [NEXT_ACTIVITY, next?.get(String(record.id))] as const,
    ];
    return groupByField(record, entries);
  });
}

/** Returns the labels in the objects of a list, by record and each once. Clients find them by their id. */
async function labelParts([field, shape]: readonly [string, Shape], records: readonly FieldValues[]) {
  const labels = await Promise.all(
    records.map(async (record) => {
      const parts = (record[field] ?? []) as readonly FieldValues[];
      if (parts.length === 0) return [];
      const named = await expandRecords(shape, { labels: new Set(Object.keys(shape)), records: new Set() }, parts);
      const found = named.flatMap((part) => Object.values(part).flat()) as { id: string }[];
      return [...new Map(found.map((label) => [label.id, label])).values()];
    }),
  );
  return { field, labels };
}

/** Groups entries by field: a list, without hidden records, if the record's field is a list. */
function groupByField(record: FieldValues, entries: readonly (readonly [string, object | null | undefined])[]): FieldValues {
  const presentEntries = entries.filter(([, entry]) => entry !== undefined);
  const byField = Map.groupBy(presentEntries, ([field]) => field);
  return Object.fromEntries(
    [...byField].map(([field, all]) => {
      const values = all.map(([, entry]) => entry);
      return [field, Array.isArray(record[field]) ? values.filter((entry) => entry !== null) : values[0]];
    }),
  );
}

type NamedReference = Records.TypedId & { field: string };

/** Loads the names of users and of API keys. */
async function loadActorNames(users: readonly string[], keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const [userNames, keyNames] = await Promise.all([
    users.length > 0 ? Directory.loadNames(users) : [],
    keys.length > 0 ? loadApiKeyNames(keys) : [],
  ]);
  return new Map([...userNames, ...keyNames]);
}

/** Lists the references of a record to other records, and to the users and API keys that acted. */
function listReferences(shape: Shape, record: FieldValues): NamedReference[] {
  const actors = listActorFields(shape).flatMap((field) =>
    toIds(record[field]).map((id) => ({ field, kind: isId(id, API_KEY) ? API_KEY : USER, id })),
  );
  return [...listRecordReferences(shape, record, resolveKind), ...actors].filter(({ kind, id }) => isId(id, kind));
}

const toIds = (value: unknown): string[] => [value].flat().filter((id) => typeof id === "string");

/** Loads the rows of referenced records that the caller may read and sees, by id. */
async function loadRows(references: readonly NamedReference[]): Promise<ReadonlyMap<string, object>> {
  const records = [...(await findReadable(references.filter(({ kind }) => isExpandable(kind))))];
  const collections = await Promise.all(records.map(([, record]) => loadCollectionById(record.id)));
  const rows = await presentAnswer(records.map(([, record], index) => collections[index]?.toRow(record)));
  return new Map(records.flatMap(([id], index) => (rows[index] ? [[id, rows[index]]] : [])));
}

const disclosureKey = ({ id: recordId }: FieldValues, { field, id }: NamedReference): string => `${recordId} ${field} ${id}`;

/** Loads the names of hidden records that the records which refer to them disclose. */
async function loadDisclosedNames(
  records: readonly FieldValues[],
  references: readonly (readonly NamedReference[])[],
  isHidden: (reference: NamedReference) => boolean,
): Promise<ReadonlyMap<string, object>> {
  const disclosing = await Promise.all(
    records.map(async (record, index) => {
      const collection = await loadCollectionById(String(record.id));
      const fields: readonly string[] = collection?.definition.disclosedNames ?? [];
      const hidden = (references[index] ?? []).filter((reference) => fields.includes(reference.field) && isHidden(reference));
      return hidden.map((reference) => ({ ...reference, key: disclosureKey(record, reference) }));
    }),
  );
  const named = await Promise.all(
    [...Map.groupBy(disclosing.flat(), ({ kind }) => kind)].map(async ([kind, ofKind]) => {
      const collection = await loadCollection(kind);
      const ids = [...new Set(ofKind.map(({ id }) => id))];
      const found = await Records.loadMany(collection, ids, { live: true });
      const nameById = new Map(
        found.flatMap((record) => (record ? [[record.id, titleRecord(kind, new Set(Object.keys(record)), { ...record })]] : [])),
      );
      return ofKind.flatMap(({ id, key }) => {
        const name = nameById.get(id);
        return name === undefined ? [] : [[key, { id, name, is_hidden: true }] as const];
      });
    }),
  );
  return new Map(named.flat());
}

/** Loads the next activities of records that the caller sees, by the ids of the records. */
async function loadNextActivities(records: readonly FieldValues[]): Promise<ReadonlyMap<string, NextActivity | null>> {
  if (!hasPermission(activityGrants.read)) return new Map();
  const { findNextActivities } = await import("../people/activity/next-activities.ts");
  return findNextActivities(records.map(({ id }) => String(id)));
}

/** Returns a function that labels the master data values of a field, in use or not. */
async function createLabeler(field: string, { kind, storageForm }: MasterReference) {
  const { byId, byCode } = await loadValues(kind);
  const buildLabel = (storedValue: string): object | undefined => {
    const value = (storageForm === "id" ? byId : byCode).get(storedValue);
    return value && { id: value.id, code: value.code, name: value.name, color: value.color };
  };
  return { field, buildLabel };
}

export * as Expansion from "./expansion.ts";
