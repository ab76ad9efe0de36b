import * as z from "zod";
import { CONTACT } from "../contact/contact.domain.ts";
import { Clock } from "../kernel/clock.ts";
import { useActorId, useSettings } from "../kernel/context.ts";
import { type Detail, invalid, invalidAll } from "../kernel/error.ts";
import { fn, parse } from "../kernel/fn.ts";
import { isId } from "../kernel/id.ts";
import { common, type Interval, joined, without } from "../kernel/interval.ts";
import { instant } from "../kernel/schema.ts";
import { PERSON } from "../person/person.domain.ts";
import { workingBetween } from "../user/availability.rules.ts";
import { Availability } from "../user/availability.ts";
import { USER } from "../user/user.domain.ts";
import { Participant } from "./activity.entity.ts";
import { Activity } from "./activity.ts";
import { busyOf } from "./agenda.ts";
import { slotsIn } from "./slots.rules.ts";

/**
 * When people are free, and can meet: users by their working hours, absences and calendars. Of what somebody has to do it tells
 * when, and nothing else. Of contacts and persons nobody knows when they are free: they hold up nothing.
 */

const MOST = 20;
const MOST_DAYS = 31;
const DAY = 24 * 60 * 60 * 1000;

type Partaker = z.output<typeof Participant>;

const kinds = { user_id: USER, contact_id: CONTACT, person_id: PERSON } as const;
const fieldOf = (given: string) => (Object.keys(kinds) as (keyof typeof kinds)[]).find((field) => isId(given, kinds[field]));

const anybody = z.union(
  [Participant, z.string().refine((given) => given === "me" || fieldOf(given) !== undefined)],
  "Not a participant, me, nor the id of a user, contact or person",
);

const Asked = z.strictObject({
  participants: z
    .array(anybody)
    .min(1)
    .max(MOST)
    .describe("As of an activity, or `me` or the id alone; who is OPTIONAL is asked for nothing"),
  from: instant(),
  to: instant().describe(`At most ${MOST_DAYS} days after \`from\``),
});

/** The id alone says who somebody is. */
function partakerOf(given: z.output<typeof anybody>): Partaker {
  if (typeof given !== "string") return given;
  return parse(Participant, given === "me" ? { user_id: useActorId() } : { [fieldOf(given) ?? "user_id"]: given });
}

export const Free = z.object({
  user_id: z.string(),
  timezone: z.string(),
  working: z.array(z.object({ start: instant(), end: instant() })).describe("Working hours, absences left out"),
  busy: z
    .array(z.object({ start: instant(), end: instant() }))
    .describe("What stands in the calendar, from its beginning to its end"),
});

export const freeBusy = fn(Asked, async (asked) => {
  const known = await timesOf(asked);
  return known.map(({ user, timezone, working, busy }) => ({
    user_id: user,
    timezone,
    working: working.map(shown),
    busy: busy.map(shown),
  }));
});

export const Slot = z.object({ start: instant(), end: instant() });

const SlotsAsked = Asked.extend({
  duration_minutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60),
  limit: z.number().int().min(1).max(100).default(20),
});

/** From now on, however early `from` is: nobody meets in the past. */
export const slots = fn(SlotsAsked, async ({ duration_minutes, limit, ...asked }) => {
  const known = await timesOf(asked);
  const ahead = common([{ from: asked.from, to: asked.to }], [{ from: Clock.now(), to: asked.to }]);
  const free = known.reduce((left, { working, busy }) => without(common(left, working), busy), ahead);
  const found: z.output<typeof Slot>[] = [];
  for (const slot of slotsIn(free, duration_minutes)) if (found.push(slot) === limit) break;
  return found;
});

const shown = ({ from, to }: Interval) => ({ start: from, end: to });

/** When each of the users who must be there works, and is busy. */
async function timesOf({ participants: given, from, to }: z.output<typeof Asked>) {
  const participants = given.map(partakerOf);
  if (to <= from) throw invalid("to", "Not after from");
  if (Date.parse(to) - Date.parse(from) > MOST_DAYS * DAY) throw invalid("to", `More than ${MOST_DAYS} days after from`);
  const details: Detail[] = [];
  await Activity.partakers(details, { participants });
  if (details.length > 0) throw invalidAll(details);
  const needed = participants.filter(({ participant_type }) => participant_type !== "OPTIONAL");
  const users = [...new Set(needed.flatMap(({ user_id }) => user_id ?? []))];
  const [times, busy] = await Promise.all([Availability.of(users), busyOf(users, { from, to }, useSettings().timezone)]);
  return users.map((user) => {
    const own = times.get(user) ?? { timezone: useSettings().timezone, working_hours: null, absences: [] };
    return {
      user,
      timezone: own.timezone,
      working: workingBetween(own, from, to),
      busy: common([{ from, to }], joined(busy.get(user) ?? [])),
    };
  });
}

export * as Slots from "./slots.ts";
