import { useTenant } from "../../kernel/context.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItem } from "../table/database.ts";
import { type Key, tenantKey } from "../table/key.ts";
import { nextVersion, Records } from "./records.ts";
import { type Transaction, WriteConflict } from "./transaction.ts";

interface DefaultableRecord extends BaseRecord {
  is_default: boolean;
}

interface DefaultOptions<R> {
  /** The part of the item's key for this kind of default. */
  keyPart: string;
  /** Records with the same group share a default. */
  group: (record: R) => string;
  /** The noun for messages, such as `book`. */
  noun: string;
}

/**
 * The default record of a group, which is used if a request names none. It is stored in its own item, which is written together with the
 * new and the former default. A group therefore never has two, even with concurrent requests.
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

  /** Returns the id of a group's default; undefined if it has none. */
  async findId(group: string): Promise<string | undefined> {
    const item = await readItem(this.#key(group));
    return item && String(item[this.#field]);
  }

  /** Adds the writes for a record that becomes the default or stops being it. A conflict can be retried. */
  async applyChange(tx: Transaction, before: R | undefined, after: R): Promise<void> {
    if (after.is_default && !before?.is_default) await this.#take(tx, after);
    if (!after.is_default && before?.is_default) this.#give(tx, after);
  }

  async #take(tx: Transaction, record: R): Promise<void> {
    const group = this.#choice.group(record);
    const holder = await this.findId(group);
    const createError = this.#taken;
    tx.put(
      { ...this.#key(group), [this.#field]: record.id },
      holder === undefined
        ? { condition: "attribute_not_exists(pk)", rejection: createError }
        : {
            condition: "#holder = :holder",
            names: { "#holder": this.#field },
            values: { ":holder": holder },
            rejection: createError,
          },
    );
    const formerDefault = holder === undefined || holder === record.id ? undefined : await Records.load(this.#collection, holder);
    if (formerDefault)
      tx.replace(this.#collection, formerDefault, nextVersion(formerDefault, { ...formerDefault, is_default: false }));
  }

  #give(tx: Transaction, record: R): void {
    tx.delete(this.#key(this.#choice.group(record)), {
      condition: "#holder = :holder",
      names: { "#holder": this.#field },
      values: { ":holder": record.id },
      rejection: this.#taken,
    });
  }

  readonly #taken = (): Error => new WriteConflict(`Another ${this.#choice.noun} became the default concurrently`);

  readonly #key = (group: string): Key => ({ pk: tenantKey(useTenant(), this.#choice.keyPart, group), sk: "default" });
}
