import * as z from "zod";
import { useContext } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { period, resolveDayRange } from "../../kernel/period.ts";
import { date, instant, oneOf } from "../../kernel/schema.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { Counter } from "../../storage/read/counter.ts";
import { channels } from "./conversation.entity.ts";
import { dayScope, parseDay, sumCounters } from "./daily-figures.rules.ts";
import { messagePurposes } from "./message.entity.ts";
import { MESSAGE } from "./message.kind.ts";

/** Counts of messages by day, from counters that the stream maintains. No message is read. */

const countField = () => z.number().int();

const countFields = {
  sent: countField().describe("The provider took them on that day"),
  delivered: countField(),
  undelivered: countField().describe("The provider told that they did not arrive"),
  failed: countField().describe("All that ended as `failed`, with the two below"),
  refused: countField().describe("Of the failed: consent, an opt-out or a limit did not let them go"),
  cancelled: countField().describe("Of the failed: taken back while they waited"),
  unknown: countField().describe("Handed over on that day, and still nobody knows what became of them"),
  held: countField().describe("Held back for the first time, whatever became of them since"),
  received: countField().describe("These have no purpose"),
};

const DayStats = z
  .object({ day: date().describe("In the tenant's time zone, as that was then"), ...countFields })
  .meta({ id: "MessageDay" });

export const Info = z.object({
  days: z.array(DayStats).describe("Each, in their order"),
  totals: z.object(countFields).describe("Of these days"),
  as_of: instant().nullable().describe("Up to when changes are counted"),
});

const Query = z.strictObject({ ...period, channel: oneOf(channels).optional(), purpose: oneOf(messagePurposes).optional() });

/** Reads the counts by one query. They include all messages, so callers must see all records. */
export const read = fn(Query, async ({ channel, purpose, ...asked }): Promise<z.output<typeof Info>> => {
  const { from, to } = resolveDayRange(asked);
  if ((await useContext().visibleOwners()) !== "all")
    throw forbidden("Figures of messages are of all: whoever sees all records is told them");
  const found = await Counter.readRange(MESSAGE.name, dayScope(from, ""), dayScope(to, "~"));
  const counters = channel === undefined ? found : found.filter(({ sk }) => String(sk).endsWith(`@${channel}`));
  const byDay = Map.groupBy(counters, ({ sk }) => String(parseDay(String(sk))));
  const days = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push({ day, ...sumCounters(byDay.get(day) ?? [], purpose) });
  const instants = counters.flatMap(({ as_of }) => (as_of ? [String(as_of)] : []));
  return { days, totals: sumCounters(counters, purpose), as_of: instants.sort().at(-1) ?? null };
});

export * as MessageStats from "./stats.ts";
