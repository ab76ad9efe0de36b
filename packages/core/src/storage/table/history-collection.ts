import { deflateRawSync, inflateRawSync } from "node:zlib";
import { useTenant } from "../../kernel/context.ts";
import { historyId, type Kind } from "../../kernel/id.ts";
import { type BaseRecord, Collection, type Definition } from "./collection.ts";
import type { Item } from "./item.ts";
import { recordKey, tenantPrefix } from "./key.ts";
import type { Row } from "./row.ts";

type HistoryPartitions = ReturnType<Collection<BaseRecord>["childPartitions"]>;

/** Returns the partitions with the entries about a record: its history, and the index in which earlier releases stored entries. */
export function historyPartitions(record: string, { name }: Kind): HistoryPartitions {
  const formerFacets = { pk: `${tenantPrefix(useTenant())}${name}#${record}`, on: "by_related", order: "by_time" };
  return [
    { index: "record", facets: { within: historyId(record), life: "live" } },
    { index: "entry", facets: formerFacets },
  ];
}

/**
 * A kind of immutable entries that are read only with the history of their record, such as what was assigned and why. Their ids belong to
 * the record's history (`historyId`). They are stored there without indexes and compressed, so that an entry costs one write unit.
 */
export class HistoryCollection<R extends BaseRecord> extends Collection<R> {
  constructor(definition: Omit<Definition<R>, "indexes"> & Required<Pick<Definition<R>, "parent">>) {
    super({ ...definition, indexes: {} });
  }

  /** Without the writer and request: only projections need them, and nothing is derived from an entry. */
  override toItem(tenant: string, entry: R): Item {
    const row = deflateRawSync(this.serialize(entry).row);
    return { ...recordKey(tenant, entry.id), life: "live", row, __edb_e__: this.name };
  }

  /** Entries of earlier releases are not compressed. */
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
