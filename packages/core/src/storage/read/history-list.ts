import { collectionOwner, derivedId, idTime } from "../../kernel/id.ts";
import type { Page } from "../../kernel/page.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { buildListQuery, listInMemory, type Paging } from "./list.ts";
import { queryPartitions } from "./partition-query.ts";

/**
 * Lists a history including its first entry. The initial values are stored only in the record, because a separate item would cost four
 * writes for each record, and most records never change. The first entry is therefore built from the record when the history is read.
 */

/** Maximum entries that are read, the newest first. If there are more, the total is a lower bound. */
const MAX_ENTRIES = 1000;

type HistorySubject = Pick<BaseRecord, "id" | "created_at" | "created_by">;

/** Lists the history of a record, newest first. `first` builds the values before the oldest entry, if there were any. */
export async function listWholeHistory<R extends BaseRecord>(
  collection: Collection<R>,
  subject: HistorySubject,
  query: Paging,
  first: (oldest: R | undefined) => Omit<R, keyof BaseRecord> | undefined,
): Promise<Page<R>> {
  const partitions = collection.childPartitions(subject.id);
  if (partitions.length === 0) throw new Error(`${collection.name}: a history needs a parent`);
  const entries: R[] = [];
  for await (const row of queryPartitions(collection, partitions, { order: "desc", after: undefined, chunk: MAX_ENTRIES })) {
    entries.push(collection.fromRow(row));
    if (entries.length === MAX_ENTRIES) break;
  }
  const isWhole = entries.length < MAX_ENTRIES;
  const firstEntry = isWhole ? first(entries.at(-1)) : undefined;
  const rows = firstEntry ? [...entries, { ...firstEntry, ...buildFirstEntryBase(collection, subject) } as R] : entries;
  return listInMemory(collection, { ...buildListQuery(collection, query), parent: subject.id }, rows, !isWhole);
}

/** Builds the base fields of the first entry. Its id is always the same, and sorts before all later entries. */
function buildFirstEntryBase<R extends BaseRecord>(
  { kind }: Collection<R>,
  { id, created_at, created_by }: HistorySubject,
): BaseRecord {
  const auditFields = { created_at, created_by, updated_at: created_at, updated_by: created_by };
  const owner = collectionOwner(id);
  return { id: derivedId(kind, idTime(id), id, owner === id ? undefined : owner), version: 1, ...auditFields, deleted_at: null };
}
