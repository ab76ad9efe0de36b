import { isDeepStrictEqual } from "node:util";
import type { BaseRecord, Collection } from "../table/collection.ts";
import type { ClaimTransaction, CustomFieldAdapter, CustomFieldChange, CustomFieldValues } from "../table/custom-field-values.ts";

type CustomFieldRecord = BaseRecord & { custom_fields?: CustomFieldValues | null; merged_ids?: readonly string[] };

/** The custom field values of a transaction's records before and after it. */
export class CustomFieldChanges {
  readonly #kinds = new Map<string, { adapter: CustomFieldAdapter; changes: CustomFieldChange[] }>();

  track<R extends BaseRecord>(collection: Collection<R>, before: R | undefined, after: R): void {
    const { name, definition } = collection;
    const { customFields } = definition;
    if (!customFields) return;
    const change = {
      ids: listIds(after),
      series: collection.seriesId(after),
      before: readHeldValues(before),
      after: readHeldValues(after),
    };
    if (isDeepStrictEqual(change.before, change.after)) return;
    this.#kinds.set(name, { adapter: customFields, changes: [...(this.#kinds.get(name)?.changes ?? []), change] });
  }

  /** Adds claims and releases of unique values to the transaction, once. */
  async addClaims(tx: ClaimTransaction): Promise<void> {
    const all = [...this.#kinds];
    this.#kinds.clear();
    for (const [name, { adapter, changes }] of all) await adapter.addClaims(tx, name, changes);
  }
}

const listIds = ({ id, merged_ids = [] }: CustomFieldRecord): [string, ...string[]] => [id, ...merged_ids];

const readHeldValues = (record: CustomFieldRecord | undefined): CustomFieldValues | null =>
  !record || record.deleted_at ? null : (record.custom_fields ?? null);
