import { useTenant } from "../../kernel/context.ts";
import { historyId, minIdAt } from "../../kernel/id.ts";
import { AUDIT } from "../../platform/audit/audit.kind.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { query } from "../table/database.ts";
import { recordKey } from "../table/key.ts";
import { AuditTrail, type StoredAuditEntry } from "./audit-trail.ts";

/**
 * Rebuilds former versions of a record from its audit trail: from the record as it is, backwards by the values that each change replaced.
 * Values that the trail masks (secret, internal and sealed ones) and very long ones stay as they are now.
 */

/** A version of a record, and the change that made it. */
export interface RecordVersion {
  readonly version: number;
  readonly at: string;
  readonly request_id: string;
  /** The fields that the change wrote. */
  readonly changed: readonly string[];
  readonly before: BaseRecord | undefined;
  readonly after: BaseRecord;
}

/** Entries of one record that are read. */
const MAX_ENTRIES = 1000;

/** Returns the versions of a record since an instant, in order; undefined if the trail does not reach from there to the record. */
export async function loadVersionsSince(
  collection: Collection<BaseRecord>,
  record: BaseRecord,
  since: string,
): Promise<RecordVersion[] | undefined> {
  const entries = new Map((await readEntries(record.id, since)).map((entry) => [entry.record_version, entry]));
  const versions: RecordVersion[] = [];
  let after = record;
  for (let entry = entries.get(after.version); entry; entry = entries.get(after.version)) {
    const before = entry.operation === "INSERT" ? undefined : undoChange(collection, after, entry);
    const { record_version, changed_at, request_id, changed } = entry;
    versions.unshift({ version: record_version, at: changed_at, request_id, changed, before, after });
    if (!before) break;
    after = before;
  }
  return versions.length === entries.size ? versions : undefined;
}

async function readEntries(record: string, since: string): Promise<StoredAuditEntry[]> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk and sk between :low and :high",
    ExpressionAttributeValues: {
      ":pk": recordKey(useTenant(), historyId(record)).pk,
      ":low": minIdAt(AUDIT, Date.parse(since)),
      ":high": `${AUDIT.prefix}_~`,
    },
    ConsistentRead: true,
    Limit: MAX_ENTRIES,
  });
  return Items.map((item) => AuditTrail.fromItem(item));
}

/** Returns the version before a change. */
function undoChange(
  collection: Collection<BaseRecord>,
  after: BaseRecord,
  { changed, old_values, valueStorage, record_version }: StoredAuditEntry,
): BaseRecord {
  const { secret = [], internal = [], sealed } = collection.definition;
  const unknown = new Set<string | undefined>([...secret, ...internal, sealed, ...(valueStorage?.elsewhere?.fields ?? [])]);
  const known = changed.filter((field) => !unknown.has(field));
  const values = Object.fromEntries(known.map((field) => [field, old_values?.[field] ?? null]));
  return collection.applyComputed({ ...after, ...values, version: record_version - 1 });
}
