import { usePorts, useTenant } from "../../kernel/context.ts";
import type { ColumnRequest } from "../columns/column.ts";
import type { ColumnSet } from "../columns/column-set.ts";
import { LoadedSegment } from "../columns/loaded-segment.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItems } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { listWritesAfter } from "../table/recent-writes.ts";
import { WHOLE_FIELDS } from "./column-kind.ts";
import { type FeedName, findFeed, readPages } from "./event-feed.ts";

/** Pages of the feed of one read. */
const PAGES_PER_READ = 50;
/** Changes since the segments were written that a process keeps; with more, lists wait for new segments. */
const MAX_TAIL_ROWS = 20_000;

/**
 * The rows of a kind in the memory of a process: segments, and the changes since they were written, from the feed of events. Each use first reads
 * what is new in the feed.
 */
export class KindRows {
  readonly set: ColumnSet;
  readonly segments: readonly LoadedSegment[];
  /** Live records that changed since the segments were written; undefined for those that are gone. */
  readonly tail = new Map<string, BaseRecord | undefined>();
  readonly #collection: Collection<BaseRecord>;
  readonly #feed: FeedName;
  #page: number;
  #asOf: string;
  /** The number of the last recent write that the rows contain. A new set reads all recent ones, because the feed may tell of them later. */
  #recentWrite = 0;
  #running: Promise<boolean> | undefined;
  #waiting: Promise<boolean> | undefined;
  #hasTooManyChanges = false;
  #isLost = false;

  private constructor(collection: Collection<BaseRecord>, set: ColumnSet, segments: readonly LoadedSegment[]) {
    this.#collection = collection;
    this.#feed = findFeed(collection) ?? "events";
    this.set = set;
    this.segments = segments;
    this.#page = set.page;
    this.#asOf = set.built_at;
    for (const [index, { gone, ids, stored }] of segments.entries()) {
      if (!stored.isDelta) continue;
      for (const earlier of segments.slice(0, index)) {
        for (const id of gone) earlier.replace(id);
        for (let row = 0; row < ids.length; row++) earlier.replace(ids.at(row));
      }
    }
  }

  /** Loads the segments; undefined if an object is lost. */
  static async load(collection: Collection<BaseRecord>, set: ColumnSet, former?: KindRows): Promise<KindRows | undefined> {
    const known = new Map(former?.segments.map((segment) => [segment.stored.name, segment]));
    const segments = await Promise.all(
      set.segments.map(async (stored) => {
        const segment = known.get(stored.name);
        return segment ? segment.copy() : LoadedSegment.open(collection.name, stored);
      }),
    );
    const found = segments.filter((segment) => segment !== undefined);
    return found.length === segments.length ? new KindRows(collection, set, found) : undefined;
  }

  /** The page of the feed up to which the rows contain every change. */
  get page(): number {
    return this.#page;
  }

  /** When the last page of the feed was written that the rows contain. */
  get asOf(): string {
    return this.#asOf;
  }

  /**
   * Reads the changes since the last call. Returns false if there are too many. A read that began before a call may lack a change that was written
   * since, so calls during a read share the next one.
   */
  catchUp(): Promise<boolean> {
    if (!this.#running) return this.#startReading();
    this.#waiting ??= this.#running.catch(() => false).then(() => this.#startReading());
    return this.#waiting;
  }

  #startReading(): Promise<boolean> {
    this.#waiting = undefined;
    const reading = this.#readChanges().finally(() => {
      this.#running = undefined;
    });
    this.#running = reading;
    return reading;
  }

  async #readChanges(): Promise<boolean> {
    if (this.#hasTooManyChanges) return false;
    const prefix = `${this.#collection.kind.prefix}_`;
    const recent = listWritesAfter(this.#recentWrite);
    const ids = new Set(recent.ids.filter((id) => id.startsWith(prefix)));
    let page = this.#page;
    let asOf = this.#asOf;
    for (;;) {
      const pages = await readPages({ from: page + 1, maxPages: PAGES_PER_READ, feed: this.#feed });
      for (const { events } of pages) for (const { record_id } of events) if (record_id.startsWith(prefix)) ids.add(record_id);
      const last = pages.at(-1);
      if (last) [page, asOf] = [last.number, last.at];
      if (this.tail.size + ids.size > MAX_TAIL_ROWS) {
        this.#hasTooManyChanges = true;
        return false;
      }
      if (pages.length < PAGES_PER_READ) break;
    }
    await this.#readRecords([...ids]);
    this.#page = page;
    this.#asOf = asOf;
    this.#recentWrite = recent.last;
    return true;
  }

  async #readRecords(ids: readonly string[]): Promise<void> {
    const tenant = useTenant();
    const items = await readItems(ids.map((id) => recordKey(tenant, id)));
    for (const [index, id] of ids.entries()) {
      const item = items[index];
      const record = item && this.#collection.toRow(this.#collection.fromItem(item), WHOLE_FIELDS);
      this.tail.set(id, record?.deleted_at === null ? record : undefined);
      for (const segment of this.segments) segment.replace(id);
    }
  }

  /** Whether an object could not be read, so that the rows must not be used any more. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Loads columns. Returns false if a segment was written without one of them, or if its object is lost. */
  async loadColumns(names: ReadonlySet<ColumnRequest>): Promise<boolean> {
    try {
      return (await Promise.all(this.segments.map((segment) => segment.load(names)))).every(Boolean);
    } catch (error) {
      this.#isLost = true;
      usePorts().log.write("warn", "Columns could not be read", {
        kind: this.#collection.name,
        error: (error as Error).message,
      });
      return false;
    }
  }

  /** Bytes in memory. */
  get size(): number {
    return this.segments.reduce((sum, { size }) => sum + size, TAIL_ROW_BYTES * this.tail.size);
  }
}

/** A record in the memory of a process, about. */
const TAIL_ROW_BYTES = 2000;
