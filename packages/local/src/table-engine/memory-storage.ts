import { isExpired } from "./expiry.ts";
import { type IndexKey, readIndexKey } from "./index-key.ts";
import type {
  Change,
  IndexDefinition,
  ItemKey,
  KeyRange,
  NamedToken,
  Row,
  StreamRecord,
  TableStorage,
  TokenRecord,
} from "./storage.ts";
import { compareText } from "./text-order.ts";

/** Rows in memory: for each partition of the table and of each index, an array in order. */
export class MemoryStorage implements TableStorage {
  readonly #indexes: readonly IndexDefinition[];
  readonly #timeToLive: string;
  readonly #table = new Partitions();
  readonly #indexed: ReadonlyMap<string, Partitions>;
  readonly #tokens = new Map<string, TokenRecord>();
  #records: StreamRecord[] = [];
  #sequence = 0;

  constructor(indexes: readonly IndexDefinition[], timeToLive: string) {
    this.#indexes = indexes;
    this.#timeToLive = timeToLive;
    this.#indexed = new Map(indexes.map(({ name }) => [name, new Partitions()]));
  }

  get({ pk, sk }: ItemKey): Row | undefined {
    return this.#table.find(pk, { sort: sk, pk, sk });
  }

  range(range: KeyRange): Iterable<Row> {
    return this.#partitions(range.index).range(range);
  }

  scan(after: ItemKey | undefined): Iterable<Row> {
    return this.#table.all(after && { ...after, partition: after.pk, sort: after.sk });
  }

  scanIndex(index: string, after: (ItemKey & { partition: string; sort: string }) | undefined): Iterable<Row> {
    return this.#partitions(index).all(after);
  }

  #partitions(index: string | undefined): Partitions {
    const partitions = index === undefined ? this.#table : this.#indexed.get(index);
    if (!partitions) throw new Error(`There is no index ${index}`);
    return partitions;
  }

  commit(changes: readonly Change[], { now, token }: { now: number; token?: NamedToken }): void {
    for (const { pk, sk, before, after, isStreamed, isExpiry } of changes) {
      replace(this.#table, before && { partition: pk, sort: sk }, after && { partition: pk, sort: sk }, before, after);
      for (const index of this.#indexes) {
        const partitions = this.#partitions(index.name);
        replace(partitions, before && readIndexKey(before, index), after && readIndexKey(after, index), before, after);
      }
      if (!isStreamed) continue;
      this.#records.push({
        ...{ pk, sk, sequence: ++this.#sequence, isExpiry, createdAt: Math.floor(now / 1000) },
        ...{ before: before?.item, after: after?.item },
      });
    }
    if (!token) return;
    const { name, ...record } = token;
    this.#tokens.set(name, record);
  }

  commitTogether(commands: () => void): boolean {
    commands();
    return true;
  }

  token(name: string): TokenRecord | undefined {
    return this.#tokens.get(name);
  }

  dropTokens(expiredBefore: number): void {
    // The oldest tokens come first, so the loop ends at the first that has not expired.
    for (const [name, { expiresAt }] of this.#tokens) {
      if (expiresAt >= expiredBefore) return;
      this.#tokens.delete(name);
    }
  }

  records(after: number, limit: number): StreamRecord[] {
    const start = this.#indexBehind(after);
    return this.#records.slice(start, start + limit);
  }

  /** Sequence numbers have no gaps. */
  #indexBehind(sequence: number): number {
    const [first] = this.#records;
    return first === undefined ? 0 : Math.max(0, sequence - first.sequence + 1);
  }

  lastSequence(): number {
    return this.#sequence;
  }

  trimRecords(sequence: number, createdBefore: number): void {
    const end = Math.min(this.#indexBehind(sequence), this.#records.length - 1);
    const young = this.#records.findIndex(({ createdAt }, index) => index >= end || createdAt >= createdBefore);
    if (young > 0) this.#records = this.#records.slice(young);
  }

  expired(now: number, limit: number): Row[] {
    const expiredRows: Row[] = [];
    for (const row of this.scan(undefined)) {
      if (expiredRows.length === limit) break;
      if (isExpired(row, this.#timeToLive, now)) expiredRows.push(row);
    }
    return expiredRows;
  }

  /** Frees the memory even if a caller still references the storage. */
  close(): void {
    for (const partitions of [this.#table, ...this.#indexed.values()]) partitions.clear();
    this.#tokens.clear();
    this.#records = [];
  }
}

function replace(
  partitions: Partitions,
  from: IndexKey | undefined,
  to: IndexKey | undefined,
  before: Row | undefined,
  after: Row | undefined,
): void {
  if (from && before && !(to && to.partition === from.partition && to.sort === from.sort)) partitions.remove(from, before);
  if (to && after) partitions.put(to, after);
}

interface Entry extends ItemKey {
  readonly sort: string;
}

interface StoredEntry extends Entry {
  row: Row;
}

const compareEntries = (a: Entry, b: Entry): number =>
  compareText(a.sort, b.sort) || compareText(a.pk, b.pk) || compareText(a.sk, b.sk);

/** Rows by partition, in the order of their sort keys. */
class Partitions {
  readonly #partitions = new Map<string, StoredEntry[]>();
  /** The names in order; undefined until they are sorted again. */
  #names: string[] | undefined;

  find(partition: string, entry: Entry): Row | undefined {
    const entries = this.#partitions.get(partition);
    const storedEntry = entries?.[lowerIndex(entries, entry)];
    return storedEntry && compareEntries(storedEntry, entry) === 0 ? storedEntry.row : undefined;
  }

  put({ partition, sort }: IndexKey, row: Row): void {
    const entries = this.#partitions.get(partition) ?? this.#add(partition);
    const entry: StoredEntry = { sort, pk: row.pk, sk: row.sk, row };
    const last = entries.at(-1);
    if (!last || compareEntries(last, entry) < 0) {
      entries.push(entry);
      return;
    }
    const index = lowerIndex(entries, entry);
    const present = entries[index];
    if (present && compareEntries(present, entry) === 0) present.row = row;
    else entries.splice(index, 0, entry);
  }

  clear(): void {
    this.#partitions.clear();
    this.#names = undefined;
  }

  #add(partition: string): StoredEntry[] {
    const entries: StoredEntry[] = [];
    this.#partitions.set(partition, entries);
    this.#names = undefined;
    return entries;
  }

  remove({ partition, sort }: IndexKey, { pk, sk }: ItemKey): void {
    const entries = this.#partitions.get(partition);
    if (!entries) return;
    const entry = { sort, pk, sk };
    const index = lowerIndex(entries, entry);
    const present = entries[index];
    if (!present || compareEntries(present, entry) !== 0) return;
    entries.splice(index, 1);
    if (entries.length > 0) return;
    this.#partitions.delete(partition);
    this.#names = undefined;
  }

  *range({ partition, lower, upper, forward, after }: KeyRange): Generator<Row> {
    const entries = this.#partitions.get(partition) ?? [];
    let start = lower ? firstIndex(entries, ({ sort }) => isAbove(sort, lower.value, lower.inclusive)) : 0;
    let end = upper ? firstIndex(entries, ({ sort }) => isAbove(sort, upper.value, !upper.inclusive)) : entries.length;
    if (after && forward)
      start = Math.max(
        start,
        firstIndex(entries, (entry) => compareEntries(entry, after) > 0),
      );
    if (after && !forward) end = Math.min(end, lowerIndex(entries, after));
    for (let count = 0; count < end - start; count++) {
      const entry = entries[forward ? start + count : end - 1 - count];
      if (entry) yield entry.row;
    }
  }

  *all(after: (IndexKey & ItemKey) | undefined): Generator<Row> {
    this.#names ??= [...this.#partitions.keys()].sort(compareText);
    const names = this.#names;
    const from = after ? firstIndex(names, (name) => compareText(name, after.partition) >= 0) : 0;
    for (const name of names.slice(from)) {
      const entries = this.#partitions.get(name) ?? [];
      const start = after && name === after.partition ? firstIndex(entries, (entry) => compareEntries(entry, after) > 0) : 0;
      for (let index = start; index < entries.length; index++) yield (entries[index] as StoredEntry).row;
    }
  }
}

const isAbove = (sort: string, value: string, orEqual: boolean): boolean => {
  const order = compareText(sort, value);
  return orEqual ? order >= 0 : order > 0;
};

const lowerIndex = (entries: readonly Entry[], entry: Entry): number =>
  firstIndex(entries, (present) => compareEntries(present, entry) >= 0);

/** Returns the first index for which the predicate holds. It must hold for all later values too. */
function firstIndex<T>(values: readonly T[], holds: (value: T) => boolean): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(values[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}
