import { isDeepStrictEqual } from "node:util";
import { Clock } from "../../kernel/clock.ts";
import { fn } from "../../kernel/fn.ts";
import { versionId } from "../../kernel/id.ts";
import { text } from "../../kernel/schema.ts";
import { buildListQuery, list, listSchema } from "../read/list.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import type { HistoryCollection } from "../table/history-collection.ts";
import { Records } from "./records.ts";
import type { Transaction } from "./transaction.ts";

interface RevisableRecord extends BaseRecord {
  /** Rises with each change of what it says. */
  revision: number;
  /** When it came to say that. */
  revised_at: string;
}

interface RevisionRecord extends BaseRecord {
  revision: number;
}

/**
 * Records whose words others go on with: what one says at a revision stays known, whatever becomes of it, as an entry of its history
 * that is written with it.
 */
export class RevisionHistory<R extends RevisableRecord, E extends RevisionRecord> {
  readonly #collection: Collection<R>;
  readonly #history: HistoryCollection<E>;
  readonly #said: readonly (keyof R & keyof E & string)[];
  readonly #dated: "created_at" | "revised_at";

  /**
   * `said` are the fields that make a revision. The id of an entry follows from the record, the number and an instant: `dated` by the
   * record's birth, each is found by its number alone.
   */
  constructor(
    collection: Collection<R>,
    history: HistoryCollection<E>,
    said: readonly (keyof R & keyof E & string)[],
    { dated = "revised_at" }: { dated?: "created_at" | "revised_at" } = {},
  ) {
    this.#collection = collection;
    this.#history = history;
    this.#said = said;
    this.#dated = dated;
  }

  /** What a new record has beside its words. */
  readonly initialFields = (): Pick<RevisableRecord, "revision" | "revised_at"> => ({ revision: 1, revised_at: Clock.now() });

  /** The change of a record: where it says something else it has the next revision, and the entry joins the transaction. */
  readonly applyChange = (tx: Transaction, current: R, next: R): R => {
    if (this.#said.every((field) => isDeepStrictEqual(next[field] ?? null, current[field] ?? null))) return next;
    const revised = { ...next, revision: current.revision + 1, revised_at: Clock.now() };
    this.addEntry(tx, revised);
    return revised;
  };

  /** What it says from now on joins the transaction. */
  readonly addEntry = (tx: Transaction, record: R): Transaction => {
    const words = Object.fromEntries(this.#said.map((field) => [field, record[field]]));
    const entry: object = { ...words, [String(this.#history.definition.parent)]: record.id, revision: record.revision };
    return tx.create(this.#history, Records.init(this.#history, entry as E, { id: this.entryId(record) }));
  };

  /** The id of the entry with what it says now, or at another revision where they are dated by its birth. */
  readonly entryId = (record: Pick<R, "id" | "revision" | "created_at" | "revised_at">, revision = record.revision): string =>
    versionId(this.#history.kind, Date.parse(record[this.#dated]), revision, record.id);

  /** The verb that lists everything that a record has said, newest first. */
  readonly list = () =>
    fn(listSchema(this.#history, {}).extend({ id: text(64) }), async ({ id, ...asks }) => {
      const record = await Records.read(this.#collection, id);
      return list(this.#history, { ...buildListQuery(this.#history, asks), parent: record.id });
    });
}
