import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { invalid } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { date, instant, query, text, zone } from "../kernel/schema.ts";
import { dayAfter, dayIn, localIn, startOfDay } from "../kernel/zone.ts";
import { type Opened, through } from "./entrance.ts";
import type { LinkRecord } from "./link.entity.ts";
import { slotsOf, zoneOf } from "./times.ts";

/** When a link can be booked, as the public is told: of a host's calendar that, and nothing else. */

/** Days that one look shows at most, and shows unless told otherwise. */
const [MOST_DAYS, USUAL_DAYS] = [14, 7];
const DAY = 24 * 60 * 60 * 1000;

const token = text(200).describe("The link's, or that of what was booked");

const when = () => z.union([date(), instant()], "Not a day, YYYY-MM-DD, nor an RFC 3339 instant");

export const Asked = z.object({
  token,
  from: when().optional().describe("Now unless told otherwise"),
  to: when()
    .optional()
    .describe(`A day is shown whole; ${MOST_DAYS} days after \`from\` at most, ${USUAL_DAYS} unless told otherwise`),
  timezone: zone().optional().describe("Of the visitor; the host's unless told otherwise"),
  duration_minutes: query.int(5, 480).optional().describe("One of those that the link offers; the first unless told otherwise"),
});

const Slot = z.object({
  start: instant(),
  end: instant(),
  local: z.string().describe("What clocks of the timezone show at its start"),
});

export const Shown = z.object({
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
export type Shown = z.output<typeof Shown>;

export const show = fn(Asked, ({ token: given, ...asked }) => through(given, (open) => shownOf(open, asked)));

export type Look = Omit<z.output<typeof Asked>, "token">;

/** What the page of a link shows; `except` is the activity that is to be moved. */
export async function shownOf({ link, host, organisation }: Opened, asked: Look, except?: string): Promise<Shown> {
  const timezone = asked.timezone ?? (await zoneOf(link));
  const duration_minutes = offered(link, asked.duration_minutes ?? link.durations_minutes[0]);
  const found = await slotsOf(link, duration_minutes, partOf(asked, timezone), except === undefined ? {} : { except });
  const { name, description, durations_minutes, questions } = link;
  const slots = found.map((slot) => ({ ...slot, local: localIn(timezone, slot.start) }));
  return { name, description, host, organisation, timezone, duration_minutes, durations_minutes, questions, slots };
}

export function offered({ durations_minutes }: LinkRecord, given: number | undefined): number {
  if (given !== undefined && durations_minutes.includes(given)) return given;
  throw invalid("duration_minutes", `One of ${durations_minutes.join(", ")}`);
}

function partOf({ from, to }: Look, timezone: string): { from: string; to: string } {
  const isDay = (given: string): boolean => given.length === 10;
  const first = from ?? Clock.now();
  const begins = isDay(first) ? startOfDay(timezone, first) : first;
  const last = to ?? dayAfter(dayIn(timezone, begins), USUAL_DAYS - 1);
  const ends = isDay(last) ? startOfDay(timezone, dayAfter(last, 1)) : last;
  if (ends <= begins) throw invalid("to", "Not after from");
  if (Date.parse(ends) - Date.parse(begins) > (MOST_DAYS + 1) * DAY)
    throw invalid("to", `More than ${MOST_DAYS} days after from`);
  return { from: begins, to: ends };
}

export * as Offer from "./shown.ts";
