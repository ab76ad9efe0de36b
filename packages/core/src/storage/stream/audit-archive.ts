import { Clock } from "../../kernel/clock.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { historyId, minIdAt } from "../../kernel/id.ts";
import { AUDIT } from "../../platform/audit/audit.kind.ts";
import { Archive } from "../read/archive.ts";
import { listKeysAfter } from "../read/partition-query.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { readItems, writeAll } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { recordKey } from "../table/key.ts";
import { AuditTrail } from "./audit-trail.ts";

/**
 * Moves old audit entries to the object store. The index in order of time lists the entries that are still in the table. Entries are
 * deleted only after their part was written, read back, and can be found. If the job is killed or runs twice at once, each entry is still
 * in the table or in a part.
 */

/** Entries of one part. */
const PART_SIZE = 1000;

/** Moves the tenant's old entries until `until` (a time of `performance.now()`). */
export async function archiveTenant(until = Number.POSITIVE_INFINITY, together = PART_SIZE): Promise<boolean> {
  const to = minIdAt(AUDIT, Clock.ms() - usePorts().auditDays * 24 * 60 * 60 * 1000);
  for (let after: string | undefined; performance.now() < until; ) {
    const partitions = AuditTrail.allPartitions("live").map((partition) => ({ ...partition, to }));
    const ids = await listKeysAfter(AuditTrail, partitions, { order: "asc", after, limit: together });
    const ofDay = ids.filter((id) => Archive.idDay(id) === Archive.idDay(ids[0] ?? id));
    if (ofDay.length === 0) return true;
    after = ofDay.at(-1);
    // The index may still show entries that were already moved.
    const entryItems = (await readItems(ofDay.map((id) => recordKey(useTenant(), id)))).filter((item) => item !== undefined);
    if (entryItems.length > 0) await movePart(entryItems);
  }
  return false;
}

async function movePart(items: readonly Item[]): Promise<void> {
  const { part, bytes } = Archive.buildPart(items.map((item) => ({ ...item, history: historyPartition(item) })));
  await Archive.writePart(Archive.partObjectKey(AuditTrail as Collection<BaseRecord>, part), bytes);
  const histories = new Set(items.map(historyPartition));
  await writeAll(Archive.buildPartItems(AUDIT, part, histories).map((Item) => ({ PutRequest: { Item } })));
  await writeAll(items.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })));
}

const historyPartition = ({ sk, row }: Item): string =>
  recordKey(useTenant(), historyId(AuditTrail.fromRow({ key: String(sk), row }).record_id)).pk;
