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
  /** Rises with each change of the revised fields. */
  revision: number;
  /** When the revision was created. */
  revised_at: string;
}

interface RevisionRecord extends BaseRecord {
  revision: number;
}

/**
 * Records whose former revisions must stay readable, because other records refer to them. Each revision is stored as an entry of the
 * record's history, in the transaction of the record.
 */
export class RevisionHistory<R extends RevisableRecord, E extends RevisionRecord> {
  readonly #collection: Collection<R>;
  readonly #history: HistoryCollection<E>;
  readonly #said: readonly (keyof R & keyof E & string)[];
  readonly #dated: "created_at" | "revised_at";

  /**
   * `said` are the fields of a revision. The id of an entry depends on the record, the number and an instant. With `dated: "created_at"`,
   * an entry is found by its number alone.
   */
  constructor(
    collection: Collection<R>,
    history: HistoryCollection<E>,
    revisedFields: readonly (keyof R & keyof E & string)[],
    { dated = "revised_at" }: { dated?: "created_at" | "revised_at" } = {},
  ) {
    this.#collection = collection;
    this.#history = history;
    this.#said = revisedFields;
    this.#dated = dated;
  }

  /** The initial values of a new record's revision fields. */
  readonly initialFields = (): Pick<RevisableRecord, "revision" | "revised_at"> => ({ revision: 1, revised_at: Clock.now() });

  /** Applies a change. If it changes a revised field, the record gets the next revision, and its entry is added to the transaction. */
  readonly applyChange = (tx: Transaction, current: R, next: R): R => {
    if (this.#said.every((field) => isDeepStrictEqual(next[field] ?? null, current[field] ?? null))) return next;
    const revised = { ...next, revision: current.revision + 1, revised_at: Clock.now() };
    this.addEntry(tx, revised);
    return revised;
  };

  /** Adds the entry of the current revision to the transaction. */
  readonly addEntry = (tx: Transaction, record: R): Transaction => {
    const words = Object.fromEntries(this.#said.map((field) => [field, record[field]]));
    const entry: object = { ...words, [String(this.#history.definition.parent)]: record.id, revision: record.revision };
    return tx.create(this.#history, Records.init(this.#history, entry as E, { id: this.entryId(record) }));
  };

  /** Returns the id of the entry of the current revision. Other revisions can be named only with `dated: "created_at"`. */
  readonly entryId = (record: Pick<R, "id" | "revision" | "created_at" | "revised_at">, revision = record.revision): string =>
    versionId(this.#history.kind, Date.parse(record[this.#dated]), revision, record.id);

  /** The verb that lists all revisions of a record, newest first. */
  readonly list = () =>
    fn(listSchema(this.#history, {}).extend({ id: text(64) }), async ({ id, ...asks }) => {
      const record = await Records.read(this.#collection, id);
      return list(this.#history, { ...buildListQuery(this.#history, asks), parent: record.id });
    });
}
