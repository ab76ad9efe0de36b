import { collected } from "../../kernel/bytes.ts";
import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext, usePorts, useTenant } from "../../kernel/context.ts";
import { floorAt, historyOf } from "../../kernel/id.ts";
import type { Ports } from "../../kernel/ports.ts";
import { Archive } from "../read/archive.ts";
import { keysBehind } from "../read/scan.ts";
import { allTenants } from "../read/tenants.ts";
import { getAll, writeAll } from "../table/database.ts";
import type { Item } from "../table/item.ts";
import { recordKey } from "../table/key.ts";
import { AUDIT, AuditTrail } from "./audit.ts";

/**
 * Moves entries that are old to the object store. The index in order of time is what is left to be done: entries leave it once a
 * part holds them, was read again, and is found. Killed at any instant, or run twice at once, each entry is in the table or in a part.
 */

/** Entries of one part. */
const TOGETHER = 1000;

/** Moves what is old of all tenants, for so many seconds; whether that was all. */
export async function archiveAll(ports: Ports, seconds: number): Promise<boolean> {
  const until = performance.now() + seconds * 1000;
  const tenants = await allTenants();
  // A large tenant keeps none waiting for ever: each run begins with another.
  const first = tenants.length === 0 ? 0 : Math.floor(Clock.ms() / 86_400_000) % tenants.length;
  for (const tenant of [...tenants.slice(first), ...tenants.slice(0, first)]) {
    const isDone = await runIn(systemContext(ports, tenant, "audit-archive"), () => archive(until));
    if (!isDone) return false;
  }
  return true;
}

/** Moves what is old of the tenant, until then (of `performance.now()`). */
export async function archive(until = Number.POSITIVE_INFINITY, together = TOGETHER): Promise<boolean> {
  const to = floorAt(AUDIT, Clock.ms() - usePorts().auditDays * 24 * 60 * 60 * 1000);
  for (let after: string | undefined; performance.now() < until; ) {
    const partitions = AuditTrail.whole("live").map((each) => ({ ...each, to }));
    const ids = await keysBehind(AuditTrail, partitions, { order: "asc", after, most: together });
    const ofDay = ids.filter((id) => Archive.dayOf(id) === Archive.dayOf(ids[0] ?? id));
    if (ofDay.length === 0) return true;
    after = ofDay.at(-1);
    // What the index shows still may have been moved already.
    const found = (await getAll(ofDay.map((id) => recordKey(useTenant(), id)))).filter((item) => item !== undefined);
    if (found.length > 0) await move(found);
  }
  return false;
}

async function move(items: readonly Item[]): Promise<void> {
  const { part, bytes } = Archive.partOf(items.map((item) => ({ ...item, history: historyIn(item) })));
  const { objects } = usePorts();
  await objects.write(Archive.partObject(part), bytes);
  const object = await objects.open(Archive.partObject(part));
  if (!object || !bytes.equals(await collected(object.read()))) throw new Error(`${part.first}: what was archived is not there`);
  const histories = new Set(items.map(historyIn));
  await writeAll(Archive.partItems(AUDIT, part, histories).map((Item) => ({ PutRequest: { Item } })));
  await writeAll(items.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })));
}

const historyIn = ({ sk, row }: Item): string =>
  recordKey(useTenant(), historyOf(AuditTrail.fromRow({ key: String(sk), row }).record_id)).pk;
