import { limitConcurrency } from "../../kernel/concurrency.ts";
import { useTenant } from "../../kernel/context.ts";
import { historyId, isId } from "../../kernel/id.ts";
import { AUDIT } from "../../platform/audit/audit.kind.ts";
import { Archive } from "../read/archive.ts";
import type { BaseRecord } from "../table/collection.ts";
import { loadCollectionByName } from "../table/collection-registry.ts";
import { query } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { recordKey } from "../table/key.ts";
import { Records } from "../write/records.ts";
import { type AuditEntry, AuditTrail, loadOldValues, type StoredAuditEntry, selectAuditValues } from "./audit-trail.ts";

/**
 * An entry with the values that its change wrote. The next entry with the same field has the value as its old value; without such an entry,
 * the record has it. This holds only while no version is missing in between. If one is missing, the value is reported as unknown instead of
 * guessed.
 */
export interface CompleteAuditEntry extends AuditEntry {
  /** The changed fields whose value before or after is not known. */
  unknown: string[];
  /** The currency of the record's amounts after the change; null if it was not asked for, or is not known. */
  currency: string | null;
}

/** The field with the currency of a record's amounts. */
const CURRENCY = "currency";

/** Maximum later entries of a record that are read to find the written values. */
const MAX_LATER_ENTRIES = 1000;
/** Entries of one read. Most fields occur in one of the next entries. */
export const CHUNK_SIZE = 25;
/** Histories that are read at the same time. */
const MAX_CONCURRENCY = 10;

export interface CompletionOptions {
  /** Limits the values to these fields, which must have short values. */
  fields?: readonly string[];
  /** Whether long values in the object store are reported as unknown, for functions that may not read it. */
  withoutObjects?: boolean;
  /** Whether entries have the currency of the record, if the record has one. */
  withCurrency?: boolean;
  /** Maximum later entries that are read for each entry; by default `MAX_LATER_ENTRIES` for each record. */
  maxLaterEntries?: number;
}

/** Adds the written values to entries. */
export async function completeEntries(
  entries: readonly StoredAuditEntry[],
  options: CompletionOptions = {},
): Promise<CompleteAuditEntry[]> {
  const limited = limitConcurrency(MAX_CONCURRENCY);
  const byRecord = Map.groupBy(entries, ({ record_id }) => record_id);
  const completedGroups = await Promise.all(
    [...byRecord.values()].map((recordEntries) => limited(() => completeRecordEntries(recordEntries, options))),
  );
  const entryById = new Map(completedGroups.flat().map((entry) => [entry.id, entry]));
  return entries.map(({ id }) => entryById.get(id) as CompleteAuditEntry);
}

async function completeRecordEntries(
  entries: readonly StoredAuditEntry[],
  options: CompletionOptions,
): Promise<CompleteAuditEntry[]> {
  const inOrder = [...entries].sort((a, b) => (a.id < b.id ? -1 : 1));
  const valuesByEntry = new Map<string, WrittenValues>();
  const [{ record_type } = { record_type: "" }] = inOrder;
  const hasCurrency = options.withCurrency === true && (await loadCollectionByName(record_type)).fields.includes(CURRENCY);
  for (
    let remainingEntries = inOrder.filter(({ valueStorage }) => !valueStorage?.both);
    remainingEntries[0];
    remainingEntries = remainingEntries.filter(({ id }) => !valuesByEntry.has(id))
  )
    for (const [id, entryValues] of await resolveWrittenValues(
      remainingEntries,
      { ...remainingEntries[0], later: readLaterEntries(remainingEntries[0], options) },
      { ...options, withCurrency: hasCurrency },
    ))
      valuesByEntry.set(id, entryValues);
  return Promise.all(
    inOrder.map(async ({ valueStorage, ...entry }) => {
      const old_values = options.fields
        ? entry.old_values
        : await loadKnownValues(valueStorage ? { ...entry, valueStorage } : entry, undefined, options);
      const lostFields = old_values === undefined ? (valueStorage?.elsewhere?.fields ?? []) : [];
      const { values, unknown } = valuesByEntry.get(entry.id) ?? { values: entry.new_values, unknown: [] };
      const { [CURRENCY]: currency, ...others } = values ?? {};
      const isOwn = entry.changed.includes(CURRENCY);
      return {
        ...entry,
        old_values: old_values ?? entry.old_values,
        new_values: isOwn || values === null ? values : others,
        unknown: [...new Set([...lostFields, ...unknown])].filter((field) => isOwn || field !== CURRENCY),
        currency: typeof currency === "string" ? currency : null,
      };
    }),
  );
}

/** The values that an entry's change wrote, as far as known; null if the record was removed permanently. */
interface WrittenValues {
  values: Item | null;
  unknown: string[];
}

interface LaterHistory extends Pick<AuditEntry, "record_id" | "record_type"> {
  /** The entries after the first requested one. */
  later: AsyncIterable<StoredAuditEntry>;
}

/** Field → the entries that wrote it and wait for its value. */
type WaitingFields = Map<string, WrittenValues[]>;

const isRemoval = ({ operation, changed }: AuditEntry): boolean => operation === "DELETE" && changed.includes("id");

/** Resolves what the first of a record's entries wrote, and what other requested entries wrote that are read on the way. */
async function resolveWrittenValues(
  requestedEntries: readonly StoredAuditEntry[],
  { later, record_id, record_type }: LaterHistory,
  options: CompletionOptions,
): Promise<Map<string, WrittenValues>> {
  const valuesByEntry = new Map<string, WrittenValues>();
  const waiting: WaitingFields = new Map();
  const ask = (entry: AuditEntry): void => {
    const entryValues: WrittenValues = { values: isRemoval(entry) ? null : {}, unknown: [] };
    valuesByEntry.set(entry.id, entryValues);
    if (isRemoval(entry)) return;
    // The currency is followed like a changed field, although the entry did not change it.
    for (const field of new Set([...entry.changed, ...(options.withCurrency ? [CURRENCY] : [])]))
      if (!options.fields || options.fields.includes(field)) waiting.set(field, [...(waiting.get(field) ?? []), entryValues]);
  };
  const isAsked = new Set(requestedEntries.map(({ id }) => id));
  const [first] = requestedEntries;
  if (!first) return valuesByEntry;
  ask(first);
  let last: StoredAuditEntry = first;
  let read = 0;
  for await (const entry of later) {
    if (waiting.size === 0 && valuesByEntry.size === requestedEntries.length) break;
    // The same version twice: the record was removed and written again, or two releases derived the change.
    if (entry.record_version === last.record_version) continue;
    const isNext = entry.record_version === last.record_version + 1 && !isRemoval(last);
    if (isNext) await resolveFromEntry(waiting, entry, options);
    if (!isNext || ++read > (options.maxLaterEntries ?? MAX_LATER_ENTRIES)) markRestUnknown(waiting);
    // The next requested entry begins with a read of its own.
    if (options.maxLaterEntries !== undefined && read > options.maxLaterEntries) break;
    if (isRemoval(entry)) waiting.clear();
    if (isAsked.has(entry.id)) ask(entry);
    last = entry;
  }
  if (waiting.size > 0) await resolveFromRecord(waiting, await loadPresentValues(record_id, record_type, last));
  markRestUnknown(waiting);
  return valuesByEntry;
}

/** The old value of the next entry is the value that the waiting entries wrote. */
async function resolveFromEntry(waiting: WaitingFields, entry: StoredAuditEntry, options: CompletionOptions): Promise<void> {
  const fields = entry.changed.filter((field) => waiting.has(field));
  if (fields.length === 0) return;
  const old = await loadKnownValues(entry, fields, options);
  for (const field of fields) {
    const isLost = !old && entry.valueStorage?.elsewhere?.fields.includes(field);
    resolveField(waiting, field, isLost ? undefined : { value: (old ?? entry.old_values)?.[field] });
  }
}

/** Fields without a later entry have their value in the record, if the record has the version of the last entry. */
async function resolveFromRecord(
  waiting: WaitingFields,
  record: { values: Item; fields: readonly string[] } | undefined,
): Promise<void> {
  if (!record) return;
  for (const field of [...waiting.keys()])
    if (record.fields.includes(field)) resolveField(waiting, field, { value: record.values[field] });
}

/** Loads the old values of an entry, unless they are in an object that may not be read. */
const loadKnownValues = async (
  entry: StoredAuditEntry,
  fields: readonly string[] | undefined,
  { withoutObjects = false }: CompletionOptions,
): Promise<Item | null | undefined> =>
  withoutObjects && entry.valueStorage?.elsewhere ? undefined : loadOldValues(entry, fields);

function resolveField(waiting: WaitingFields, field: string, resolution: { value: unknown } | undefined): void {
  for (const entryValues of waiting.get(field) ?? []) {
    if (!resolution) entryValues.unknown.push(field);
    else if (resolution.value !== null && resolution.value !== undefined)
      Object.assign(entryValues.values ?? {}, { [field]: resolution.value });
  }
  waiting.delete(field);
}

function markRestUnknown(waiting: WaitingFields): void {
  for (const field of [...waiting.keys()]) resolveField(waiting, field, undefined);
}

async function loadPresentValues(id: string, kind: string, last: AuditEntry) {
  const collection = await loadCollectionByName(kind);
  const record: BaseRecord | undefined = await Records.load(collection, id);
  if (record?.version !== last.record_version) return undefined;
  return { fields: collection.fields, values: selectAuditValues(collection, record, collection.fields) };
}

/** Loads entries by id, in this order, from the table or the archive. */
export async function loadEntries(ids: readonly string[]): Promise<(StoredAuditEntry | undefined)[]> {
  const entryById = new Map(
    (await Records.loadMany(AuditTrail, ids)).flatMap((entry) => (entry ? [[entry.id, entry] as const] : [])),
  );
  const missing = ids.filter((id) => isId(id, AUDIT) && !entryById.has(id)).sort();
  const [low, high] = [missing[0], missing.at(-1)];
  if (low !== undefined)
    for await (const item of Archive.queryItems(AuditTrail, { low, high, order: "asc" }))
      if (missing.includes(String(item.sk))) entryById.set(String(item.sk), AuditTrail.fromItem(item));
  return ids.map((id) => entryById.get(id));
}

/** Yields the entries of a record after this one, in order, with their values. */
async function* readLaterEntries(
  { id, record_id }: StoredAuditEntry,
  { withoutObjects = false }: CompletionOptions,
): AsyncGenerator<StoredAuditEntry> {
  if (!withoutObjects && AuditTrail.archivePartition({ index: "by_time", facets: {}, from: id }))
    for await (const item of Archive.queryItems(AuditTrail, { record: record_id, low: id, order: "asc" }))
      if (item.sk !== id) yield AuditTrail.fromItem(item);
  const { pk } = recordKey(useTenant(), historyId(record_id));
  let from: Record<string, unknown> | undefined;
  do {
    const page = await query({
      KeyConditionExpression: "pk = :pk and sk > :id",
      ExpressionAttributeValues: { ":pk": pk, ":id": id },
      ConsistentRead: true,
      Limit: CHUNK_SIZE,
      ExclusiveStartKey: from,
    });
    for (const item of page.Items ?? []) if (String(item.sk).startsWith("aud_")) yield AuditTrail.fromItem(item);
    from = page.LastEvaluatedKey;
  } while (from);
}
