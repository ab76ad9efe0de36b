import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useTenant } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { amount, date, id, text } from "../../kernel/schema.ts";
import { addDays, daysBetween } from "../../kernel/time-zone.ts";
import { Counter } from "../../storage/read/counter.ts";
import { query } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { Batches } from "./batch.entity.ts";
import { REENGAGEMENT_BATCH, REENGAGEMENT_MEMBER } from "./reengagement.kind.ts";
import { buildDailyStats, dayScope } from "./stats.rules.ts";

/** The daily figures of a batch, read from the counters that the stream consumer maintains. */

const count = () => z.number().int();

const Day = z.object({
  snapshot_date: date().describe("Day in the tenant's time zone"),
  contacted_count: count().describe("Members contacted for the first time on this day"),
  response_count: count(),
  conversion_count: count(),
  revenue_generated: amount(),
  total_contacted: count().describe("Up to and including this day, like the other totals"),
  total_responses: count(),
  total_conversions: count(),
  total_revenue: amount(),
  response_rate: z.string().nullable().describe("total_responses ÷ total_contacted × 100"),
  conversion_rate: z.string().nullable().describe("total_conversions ÷ total_responses × 100"),
  avg_revenue_per_conversion: amount().nullable().describe("total_revenue ÷ total_conversions"),
  sms_sent: count(),
  email_sent: count(),
  phone_calls: count(),
  notes: z.string().nullable().describe("Note that users wrote for this day"),
});

export const Info = z.object({ batch_id: id(REENGAGEMENT_BATCH), currency: z.string(), days: z.array(Day) });

const MAX_DAYS = 366;

/** Returns the figures of each day. The default range starts when the batch was created, at most 366 days back, and ends today. */
export const get = fn(
  z.strictObject({ id: text(64), from: date().optional(), to: date().optional().describe("Default: today") }),
  async ({ id: batchId, from, to = today() }) => {
    const { id: batch, currency, created_date } = await Records.read(Batches, batchId);
    const first = from ?? [created_date, addDays(to, 1 - MAX_DAYS)].sort().at(-1) ?? to;
    if (first > to)
      throw invalid(
        from === undefined ? "to" : "from",
        from === undefined ? "Must not be before the batch was created" : "Must not be after to",
      );
    if (daysBetween(first, to) >= MAX_DAYS) throw invalid("from", `Must be at most ${MAX_DAYS} days before to`);
    const counters = await Counter.readRange(REENGAGEMENT_MEMBER.name, dayScope(batch, "0000-00-00"), dayScope(batch, to));
    const [days, notes] = [buildDailyStats(counters, { from: first, to, currency }), await loadNotes(batch, first, to)];
    return {
      ...{ batch_id: batch, currency },
      days: days.map((day) => ({ ...day, notes: notes.get(day.snapshot_date) ?? null })),
    };
  },
);

export const Note = z.object({ batch_id: id(REENGAGEMENT_BATCH), snapshot_date: date(), notes: z.string().nullable() });

/** The key of a day's note. Each note is a separate item. */
const noteKey = (batch: string, day: string): Key => ({ pk: tenantKey(useTenant(), "REENGAGEDNOTE", batch), sk: day });

/** Sets the note of a day of a batch. The last write wins. */
export const annotate = fn(
  z.strictObject({ id: text(64), day: date(), notes: text(2000).nullable().describe("null deletes the note") }),
  async ({ id: batchId, day, notes }) => {
    const { id: batch, created_date } = await Records.read(Batches, batchId);
    if (day < created_date || day > today())
      throw ruleViolation("A note needs a day between the start of the batch and today", [
        {
          field: "day",
          message: day > today() ? "Must not be in the future" : `Must not be before the batch was created, on ${created_date}`,
        },
      ]);
    const tx = transaction();
    if (notes === null) tx.delete(noteKey(batch, day));
    else tx.put({ ...noteKey(batch, day), notes, written_at: Clock.now(), written_by: useActorId() });
    return tx.commit({ batch_id: batch, snapshot_date: day, notes });
  },
);

async function loadNotes(batch: string, from: string, to: string): Promise<ReadonlyMap<string, string>> {
  const notesByDay = new Map<string, string>();
  let start: Item | undefined;
  do {
    const page = await query({
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      ExpressionAttributeValues: { ":pk": noteKey(batch, from).pk, ":from": from, ":to": to },
      ExclusiveStartKey: start,
    });
    for (const { sk, notes } of page.Items ?? []) notesByDay.set(String(sk), String(notes));
    start = page.LastEvaluatedKey;
  } while (start);
  return notesByDay;
}

export * as BatchStats from "./stats.ts";
