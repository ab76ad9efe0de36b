import { useTenant } from "../../kernel/context.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { get } from "../table/database.ts";
import { type Key, tenantKey } from "../table/key.ts";
import { nextVersion, Records } from "./records.ts";
import { type Transaction, WriteConflict } from "./transaction.ts";

interface DefaultableRecord extends BaseRecord {
  is_default: boolean;
}

interface DefaultOptions<R> {
  /** The part of the item's key that says what it is about. */
  keyPart: string;
  /** Of which records one is the default: those with the same. */
  group: (record: R) => string;
  /** What people call one, such as `book`. */
  noun: string;
}

/**
 * Which record is meant where none is named. It stands in an item of its own, written with the record that takes it and the one that it
 * is taken from: so there is one, whoever asks for it at the same moment.
 */
export class DefaultRecord<R extends DefaultableRecord> {
  readonly #collection: Collection<R>;
  readonly #choice: DefaultOptions<R>;
  readonly #field: string;

  constructor(collection: Collection<R>, choice: DefaultOptions<R>) {
    this.#collection = collection;
    this.#choice = choice;
    this.#field = `${collection.name}_id`;
  }

  /** The id of the default of a group; undefined where none is. */
  async findId(group: string): Promise<string | undefined> {
    const held = await get(this.#key(group));
    return held && String(held[this.#field]);
  }

  /** Writes what follows from a record that is the default from now on, or no more; refused, it is worth trying again. */
  async applyChange(tx: Transaction, before: R | undefined, after: R): Promise<void> {
    if (after.is_default && !before?.is_default) await this.#take(tx, after);
    if (!after.is_default && before?.is_default) this.#give(tx, after);
  }

  async #take(tx: Transaction, record: R): Promise<void> {
    const group = this.#choice.group(record);
    const holder = await this.findId(group);
    const refused = this.#taken;
    tx.put(
      { ...this.#key(group), [this.#field]: record.id },
      holder === undefined
        ? { condition: "attribute_not_exists(pk)", rejection: refused }
        : {
            condition: "#holder = :holder",
            names: { "#holder": this.#field },
            values: { ":holder": holder },
            rejection: refused,
          },
    );
    const other = holder === undefined || holder === record.id ? undefined : await Records.load(this.#collection, holder);
    if (other) tx.replace(this.#collection, other, nextVersion(other, { ...other, is_default: false }));
  }

  #give(tx: Transaction, record: R): void {
    tx.delete(this.#key(this.#choice.group(record)), {
      condition: "#holder = :holder",
      names: { "#holder": this.#field },
      values: { ":holder": record.id },
      rejection: this.#taken,
    });
  }

  readonly #taken = (): Error => new WriteConflict(`Another ${this.#choice.noun} has become the default meanwhile`);

  readonly #key = (group: string): Key => ({ pk: tenantKey(useTenant(), this.#choice.keyPart, group), sk: "default" });
}
