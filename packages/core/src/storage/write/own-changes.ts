import { isDeepStrictEqual } from "node:util";
import type { BaseRecord, Collection } from "../table/collection.ts";
import type { Claiming, OwnChange, OwnFields, OwnValues } from "../table/own-fields.ts";

type Owning = BaseRecord & { custom_fields?: OwnValues | null; merged_ids?: readonly string[] };

/** What the records of a transaction hold before and after it. */
export class OwnChanges {
  readonly #kinds = new Map<string, { own: OwnFields; changes: OwnChange[] }>();

  note<R extends BaseRecord>(collection: Collection<R>, before: R | undefined, after: R): void {
    const { name, definition } = collection;
    const { own } = definition;
    if (!own) return;
    const change = { ids: idsOf(after), series: collection.seriesOf(after), before: heldBy(before), after: heldBy(after) };
    if (isDeepStrictEqual(change.before, change.after)) return;
    this.#kinds.set(name, { own, changes: [...(this.#kinds.get(name)?.changes ?? []), change] });
  }

  /** Adds what follows from it to the transaction, once. */
  async move(tx: Claiming): Promise<void> {
    const all = [...this.#kinds];
    this.#kinds.clear();
    for (const [name, { own, changes }] of all) await own.move(tx, name, changes);
  }
}

const idsOf = ({ id, merged_ids = [] }: Owning): [string, ...string[]] => [id, ...merged_ids];

const heldBy = (record: Owning | undefined): OwnValues | null =>
  !record || record.deleted_at ? null : (record.custom_fields ?? null);
