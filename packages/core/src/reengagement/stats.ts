import * as z from "zod";
import { today } from "../kernel/day.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { amount, date, id, text } from "../kernel/schema.ts";
import { dayAfter, daysBetween } from "../kernel/zone.ts";
import { Counter } from "../storage/read/counter.ts";
import { Records } from "../storage/write/records.ts";
import { Batches } from "./batch.entity.ts";
import { REENGAGEMENT_BATCH, REENGAGEMENT_MEMBER } from "./reengagement.domain.ts";
import { onDay, statsOf } from "./stats.rules.ts";

/** The daily numbers of a batch (seed 000, crm_reengage_batches_stats), of counters that the stream keeps of its members. */

const count = () => z.number().int();

const Day = z.object({
  snapshot_date: date().describe("In the tenant's time zone"),
  contacted_count: count().describe("Contacted for the first time on that day"),
  response_count: count(),
  conversion_count: count(),
  revenue_generated: amount(),
  total_contacted: count().describe("Up to and with that day, as are the other totals"),
  total_responses: count(),
  total_conversions: count(),
  total_revenue: amount(),
  response_rate: z.string().nullable().describe("total_responses ÷ total_contacted × 100"),
  conversion_rate: z.string().nullable().describe("total_conversions ÷ total_responses × 100"),
  avg_revenue_per_conversion: amount().nullable().describe("total_revenue ÷ total_conversions"),
  sms_sent: count(),
  email_sent: count(),
  phone_calls: count(),
});

export const Info = z.object({ batch_id: id(REENGAGEMENT_BATCH), currency: z.string(), days: z.array(Day) });

const MOST_DAYS = 366;

/** Each day from one to another; from the first on that there is, up to today, unless told otherwise. */
export const get = fn(
  z.strictObject({ id: text(64), from: date().optional(), to: date().optional().describe("Today unless told otherwise") }),
  async ({ id: wanted, from, to = today() }) => {
    const { id: batch, currency, created_date } = await Records.read(Batches, wanted);
    const first = from ?? [created_date, dayAfter(to, 1 - MOST_DAYS)].sort().at(-1) ?? to;
    if (first > to)
      throw invalid(from === undefined ? "to" : "from", from === undefined ? "Before the batch was made" : "After to");
    if (daysBetween(first, to) >= MOST_DAYS) throw invalid("from", `${MOST_DAYS} days at most`);
    const counters = await Counter.between(REENGAGEMENT_MEMBER.name, onDay(batch, "0000-00-00"), onDay(batch, to));
    return { batch_id: batch, currency, days: statsOf(counters, { from: first, to, currency }) };
  },
);

export * as BatchStats from "./stats.ts";
