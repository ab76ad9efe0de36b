import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { date, instant, query, text, zone } from "../../kernel/schema.ts";
import { addDays, endOfDay, instantToDay, instantToLocal, startOfDay } from "../../kernel/time-zone.ts";
import { findSlots, readOwnerZone } from "./free-slots.ts";
import type { LinkRecord } from "./link.entity.ts";
import { type LinkVisit, withLink } from "./resolve-token.ts";

/** The free slots of a link as the public sees them. Nothing else of a host's calendar is shown. */

/** The most days that one request shows, and the default. */
const [MAX_DAYS, DEFAULT_DAYS] = [14, 7];
const DAY_MS = 24 * 60 * 60 * 1000;

const token = text(200).describe("Token of the link or of a booking");

const dayOrInstant = () => z.union([date(), instant()], "Must be a day (YYYY-MM-DD) or an RFC 3339 timestamp");

export const AvailabilityInput = z.object({
  token,
  from: dayOrInstant().optional().describe("Default: now"),
  to: dayOrInstant()
    .optional()
    .describe(`A day is included completely. Maximum: ${MAX_DAYS} days after \`from\`. Default: ${DEFAULT_DAYS} days`),
  timezone: zone().optional().describe("Time zone of the visitor. Default: the host's time zone"),
  duration_minutes: query.int(5, 480).optional().describe("One of the durations that the link offers. Default: the first"),
});

const Slot = z.object({
  start: instant(),
  end: instant(),
  local: z.string().describe("Local start time in the time zone"),
});

export const AvailabilityInfo = z.object({
  name: z.string(),
  description: z.string().nullable(),
  host: z.string(),
  organisation: z.string(),
  timezone: z.string(),
  duration_minutes: z.number(),
  durations_minutes: z.array(z.number()),
  questions: z.array(z.object({ label: z.string(), is_required: z.boolean() })),
  slots: z.array(Slot),
});
export type AvailabilityInfo = z.output<typeof AvailabilityInfo>;

export const show = fn(AvailabilityInput, ({ token: linkToken, ...query }) =>
  withLink(linkToken, (open) => presentAvailability(open, query)),
);

export type AvailabilityQuery = Omit<z.output<typeof AvailabilityInput>, "token">;

/** Returns the contents of the link's page. `except` is the activity that is being moved. */
export async function presentAvailability(
  { link, host, organisation }: LinkVisit,
  query: AvailabilityQuery,
  except?: string,
): Promise<AvailabilityInfo> {
  const timezone = query.timezone ?? (await readOwnerZone(link));
  const duration_minutes = requireDuration(link, query.duration_minutes ?? link.durations_minutes[0]);
  const freeSlots = await findSlots(
    link,
    duration_minutes,
    resolvePeriod(query, timezone),
    except === undefined ? {} : { except },
  );
  const { name, description, durations_minutes, questions } = link;
  const slots = freeSlots.map((slot) => ({ ...slot, local: instantToLocal(timezone, slot.start) }));
  return { name, description, host, organisation, timezone, duration_minutes, durations_minutes, questions, slots };
}

export function requireDuration({ durations_minutes }: LinkRecord, requestedMinutes: number | undefined): number {
  if (requestedMinutes !== undefined && durations_minutes.includes(requestedMinutes)) return requestedMinutes;
  throw invalid("duration_minutes", `Must be one of ${durations_minutes.join(", ")}`);
}

function resolvePeriod({ from, to }: AvailabilityQuery, timezone: string): { from: string; to: string } {
  const isDay = (value: string): boolean => value.length === 10;
  const first = from ?? Clock.now();
  const begins = isDay(first) ? startOfDay(timezone, first) : first;
  const last = to ?? addDays(instantToDay(timezone, begins), DEFAULT_DAYS - 1);
  const ends = isDay(last) ? endOfDay(timezone, last) : last;
  if (ends <= begins) throw invalid("to", "Must be after from");
  if (Date.parse(ends) - Date.parse(begins) > (MAX_DAYS + 1) * DAY_MS)
    throw invalid("to", `Must be at most ${MAX_DAYS} days after from`);
  return { from: begins, to: ends };
}

export * as LinkAvailability from "./link-availability.ts";
