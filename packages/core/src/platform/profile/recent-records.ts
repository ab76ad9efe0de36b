import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import { instant, text } from "../../kernel/schema.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { retryOnConflict, WriteConflict } from "../../storage/table/conflict.ts";
import { isConditionFailed, readItem, update } from "../../storage/table/database.ts";
import { recentRecordsKey } from "../../storage/table/key.ts";
import { findOpenable, requireOpenable } from "../../storage/write/readable-records.ts";
import { requireSignedInUser } from "../user/current-user.ts";
import { buildEntries, RecordEntry } from "./record-entry.ts";

/**
 * The records that a user opened last, in one item beside the user. It is not a record: it has no audit entries and events. Each visit is one
 * write, on the condition of the revision that was read.
 */

const MAX_VISITS = 50;
/** Visits are deleted after this time. */
const RETENTION_SECONDS = 90 * 24 * 60 * 60;

export const RecentRecord = RecordEntry.extend({ visited_at: instant() });
type RecentRecord = z.output<typeof RecentRecord>;

/** A repeat of the last visit within this time writes nothing. */
const REPEAT_SECONDS = 60;

/** The id of a record, and when the user opened it last. */
interface Visit {
  id: string;
  ms: number;
}

/** The stored form: short, because each visit writes all of them. */
const formatVisit = ({ id, ms }: Visit): string => `${id} ${ms.toString(36)}`;

function parseVisit(text: string): Visit {
  const [id = "", ms = ""] = text.split(" ");
  return { id, ms: Number.parseInt(ms, 36) };
}

/** Returns the records that the user opened last, newest first, as far as they exist and the user may read them. */
export const list = fn(z.strictObject({}), async (): Promise<RecentRecord[]> => {
  const { visits } = await load(requireSignedInUser());
  const records = await findOpenable(visits.map(({ id }) => id));
  const newest = new Map<string, { record: BaseRecord; ms: number }>();
  for (const { id, ms } of visits) {
    const record = records.get(id);
    // Two visited records may have been merged meanwhile.
    if (record && !newest.has(record.id)) newest.set(record.id, { record, ms });
  }
  const visited = [...newest.values()];
  const entries = await buildEntries(visited.map(({ record }) => record));
  return entries.map((entry, index) => ({ ...entry, visited_at: new Date(visited[index]?.ms ?? 0).toISOString() }));
});

/** Moves a record to the front. */
export const visit = fn(z.strictObject({ record_id: text(64) }), async ({ record_id }): Promise<null> => {
  const user = requireSignedInUser();
  const { id } = await requireOpenable(record_id);
  return retryOnConflict(async () => {
    const [{ visits, revision }, ms] = [await load(user), Clock.ms()];
    const [last] = visits;
    if (last?.id === id && ms - last.ms < REPEAT_SECONDS * 1000) return null;
    await save(user, [{ id, ms }, ...visits.filter((other) => other.id !== id)].slice(0, MAX_VISITS), revision);
    return null;
  });
});

async function load(user: string): Promise<{ visits: readonly Visit[]; revision: number }> {
  const { visits = [], revision = 0 } = (await readItem(recentRecordsKey(useTenant(), user))) ?? {};
  const oldest = Clock.ms() - RETENTION_SECONDS * 1000;
  return { visits: (visits as string[]).map(parseVisit).filter(({ ms }) => ms > oldest), revision: Number(revision) };
}

async function save(user: string, visits: readonly Visit[], revision: number): Promise<void> {
  try {
    await update({
      Key: recentRecordsKey(useTenant(), user),
      UpdateExpression: "SET visits = :visits, revision = :next, #ttl = :ttl",
      ConditionExpression: revision === 0 ? "attribute_not_exists(revision)" : "revision = :before",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ":visits": visits.map(formatVisit),
        ":next": revision + 1,
        ":ttl": Clock.toEpochSeconds(Clock.addSeconds(RETENTION_SECONDS)),
        ...(revision === 0 ? {} : { ":before": revision }),
      },
    });
  } catch (error) {
    if (isConditionFailed(error)) throw new WriteConflict("The user opened another record concurrently");
    throw error;
  }
}

export * as RecentRecords from "./recent-records.ts";
