import { deflateRawSync, inflateRawSync } from "node:zlib";
import { useTenant } from "../../kernel/context.ts";
import { historyId, type Kind } from "../../kernel/id.ts";
import { type BaseRecord, Collection, type Definition } from "./collection.ts";
import type { Item } from "./item.ts";
import { recordKey, tenantPrefix } from "./key.ts";
import type { Row } from "./row.ts";

type HistoryPartitions = ReturnType<Collection<BaseRecord>["childPartitions"]>;

/** Where entries about a record lie: in its history, and in an index those of the releases before. */
export function historyPartitions(record: string, { name }: Kind): HistoryPartitions {
  const former = { pk: `${tenantPrefix(useTenant())}${name}#${record}`, on: "by_related", order: "by_time" };
  return [
    { index: "record", facets: { within: historyId(record), life: "live" } },
    { index: "entry", facets: former },
  ];
}

/**
 * What a record was given over time, and why: entries that nobody changes, and that are read with the history of their record alone.
 * So they lie there, born as its own (`historyOf`), in no index, and packed: one is a write unit, however much it explains.
 */
export class HistoryCollection<R extends BaseRecord> extends Collection<R> {
  constructor(definition: Omit<Definition<R>, "indexes"> & Required<Pick<Definition<R>, "parent">>) {
    super({ ...definition, indexes: {} });
  }

  /** Without who wrote it in which request: that is for what follows from a record, and nothing follows from an entry. */
  override toItem(tenant: string, entry: R): Item {
    const row = deflateRawSync(this.serialize(entry).row);
    return { ...recordKey(tenant, entry.id), life: "live", row, __edb_e__: this.name };
  }

  /** Those of the releases before are texts. */
  override fromRow({ key, row }: Row): R {
    return super.fromRow({ key, row: row instanceof Uint8Array ? inflateRawSync(row).toString() : row });
  }

  override fromItem({ sk, row }: Item): R {
    const entry = this.fromRow({ key: String(sk), row });
    const { created_at, created_by } = entry;
    return { ...entry, version: 1, updated_at: created_at, updated_by: created_by };
  }

  override childPartitions(record: string): HistoryPartitions {
    return historyPartitions(record, this.kind);
  }
}
