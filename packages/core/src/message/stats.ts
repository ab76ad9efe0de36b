import * as z from "zod";
import { useContext } from "../kernel/context.ts";
import { forbidden } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { daysAsked, period } from "../kernel/period.ts";
import { date, instant, oneOf } from "../kernel/schema.ts";
import { dayAfter } from "../kernel/zone.ts";
import { Counter } from "../storage/read/counter.ts";
import { channels } from "./conversation.entity.ts";
import { dayOf, onDay, summed } from "./day.rules.ts";
import { MESSAGE } from "./message.domain.ts";
import { sentFor } from "./message.entity.ts";

/** What became of all messages by day, from counters that the stream keeps: no message is read. */

const count = () => z.number().int();

const numbers = {
  sent: count().describe("The provider took them on that day"),
  delivered: count(),
  undelivered: count().describe("The provider told that they did not arrive"),
  failed: count().describe("All that ended as `failed`, with the two below"),
  refused: count().describe("Of the failed: consent, an opt-out or a limit did not let them go"),
  cancelled: count().describe("Of the failed: taken back while they waited"),
  unknown: count().describe("Handed over on that day, and still nobody knows what became of them"),
  held: count().describe("Held back for the first time, whatever became of them since"),
  received: count().describe("These have no purpose"),
};

const Day = z
  .object({ day: date().describe("In the tenant's time zone, as that was then"), ...numbers })
  .meta({ id: "MessageDay" });

export const Info = z.object({
  days: z.array(Day).describe("Each, in their order"),
  totals: z.object(numbers).describe("Of these days"),
  as_of: instant().nullable().describe("Up to when changes are counted"),
});

const Query = z.strictObject({ ...period, channel: oneOf(channels).optional(), purpose: oneOf(sentFor).optional() });

/** One query. These are everybody's: who does not see all records would learn of what others send. */
export const read = fn(Query, async ({ channel, purpose, ...asked }): Promise<z.output<typeof Info>> => {
  const { from, to } = daysAsked(asked);
  if ((await useContext().visible()) !== "all")
    throw forbidden("Figures of messages are of all: whoever sees all records is told them");
  const found = await Counter.between(MESSAGE.name, onDay(from, ""), onDay(to, "~"));
  const counters = channel === undefined ? found : found.filter(({ sk }) => String(sk).endsWith(`@${channel}`));
  const byDay = Map.groupBy(counters, ({ sk }) => String(dayOf(String(sk))));
  const days = [];
  for (let day = from; day <= to; day = dayAfter(day, 1)) days.push({ day, ...summed(byDay.get(day) ?? [], purpose) });
  const instants = counters.flatMap(({ as_of }) => (as_of ? [String(as_of)] : []));
  return { days, totals: summed(counters, purpose), as_of: instants.sort().at(-1) ?? null };
});

export * as MessageStats from "./stats.ts";
