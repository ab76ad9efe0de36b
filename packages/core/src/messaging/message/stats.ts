import * as z from "zod";
import { useContext } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { period, resolveDayRange } from "../../kernel/period.ts";
import { date, instant, oneOf } from "../../kernel/schema.ts";
import { listDays } from "../../kernel/time-zone.ts";
import { Counter } from "../../storage/read/counter.ts";
import { channels } from "./conversation.entity.ts";
import { dayScope, parseDay, sumCounters } from "./daily-figures.rules.ts";
import { messagePurposes } from "./message.entity.ts";
import { MESSAGE } from "./message.kind.ts";

/** Counts of messages by day, from counters that the stream maintains. No message is read. */

const countField = () => z.number().int();

const countFields = {
  sent: countField().describe("Accepted by the provider on that day"),
  delivered: countField(),
  undelivered: countField().describe("The provider reported that they did not arrive"),
  failed: countField().describe("All messages that ended as `failed` or `cancelled`, including the two below"),
  refused: countField().describe("Failed because of consent, an opt-out or a limit"),
  cancelled: countField().describe("Cancelled by a user while they waited"),
  unknown: countField().describe("Handed to the provider on that day, with an outcome that is still unknown"),
  held: countField().describe("Held for the first time, regardless of the later outcome"),
  received: countField().describe("Inbound messages, which have no purpose"),
};

const DayStats = z
  .object({ day: date().describe("In the tenant's time zone at that time"), ...countFields })
  .meta({ id: "MessageDay" });

export const Info = z.object({
  days: z.array(DayStats).describe("All days of the period, in order"),
  totals: z.object(countFields).describe("Totals of these days"),
  as_of: instant().nullable().describe("Time up to which changes are counted"),
});

const Query = z.strictObject({ ...period, channel: oneOf(channels).optional(), purpose: oneOf(messagePurposes).optional() });

/** Reads the counts by one query. They include all messages, so callers must see all records. */
export const read = fn(Query, async ({ channel, purpose, ...range }): Promise<z.output<typeof Info>> => {
  const { from, to } = resolveDayRange(range);
  if ((await useContext().visibleOwners()) !== "all")
    throw forbidden("Message statistics include all records: only users who can see all records can read them");
  const items = await Counter.readRange(MESSAGE.name, dayScope(from, ""), dayScope(to, "~"));
  const counters = channel === undefined ? items : items.filter(({ sk }) => String(sk).endsWith(`@${channel}`));
  const byDay = Map.groupBy(counters, ({ sk }) => String(parseDay(String(sk))));
  const days = listDays(from, to).map((day) => ({ day, ...sumCounters(byDay.get(day) ?? [], purpose) }));
  const instants = counters.flatMap(({ as_of }) => (as_of ? [String(as_of)] : []));
  return { days, totals: sumCounters(counters, purpose), as_of: instants.sort().at(-1) ?? null };
});

export * as MessageStats from "./stats.ts";
