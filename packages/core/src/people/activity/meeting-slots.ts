import * as z from "zod";
import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useSettings } from "../../kernel/context.ts";
import { type ErrorDetail, invalid, invalidAll } from "../../kernel/error.ts";
import { fn, parse } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
import { type Interval, intersectIntervals, mergeIntervals, subtractIntervals } from "../../kernel/interval.ts";
import { instant } from "../../kernel/schema.ts";
import { listWorkingIntervals, toMeetingSchedule } from "../../platform/user/availability.rules.ts";
import { Availability } from "../../platform/user/availability.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { PERSON } from "../person/person.kind.ts";
import { Participant } from "./activity.entity.ts";
import { Activity } from "./activity.ts";
import { listBusyTimes } from "./agenda.ts";
import { iterateSlots } from "./meeting-slots.rules.ts";

/**
 * Free and busy times, and slots in which users can meet, from their working hours, absences and calendars. Answers contain times
 * only, never what a user does. The times of contacts and persons are not known, so they do not restrict slots.
 */

const MAX_PARTICIPANTS = 20;
const MAX_DAYS = 31;
const DAY_MS = 24 * 60 * 60 * 1000;

type ParticipantInput = z.output<typeof Participant>;

const kindByField = { user_id: USER, contact_id: CONTACT, person_id: PERSON } as const;
const findField = (id: string) =>
  (Object.keys(kindByField) as (keyof typeof kindByField)[]).find((field) => isId(id, kindByField[field]));

const participantField = z.union(
  [Participant, z.string().refine((input) => input === "me" || findField(input) !== undefined)],
  "Must be a participant, me, or the id of a user, contact or person",
);

const FreeBusyInput = z.strictObject({
  participants: z
    .array(participantField)
    .min(1)
    .max(MAX_PARTICIPANTS)
    .describe("Participants as in an activity, or `me` or the id alone; OPTIONAL participants are ignored"),
  from: instant(),
  to: instant({ day: "end" }).describe(`At most ${MAX_DAYS} days after \`from\``),
});

/** Returns the participant for an id or `me`. The id tells the kind of participant. */
function toParticipant(input: z.output<typeof participantField>): ParticipantInput {
  if (typeof input !== "string") return input;
  return parse(Participant, input === "me" ? { user_id: useActorId() } : { [findField(input) ?? "user_id"]: input });
}

export const FreeBusy = z.object({
  user_id: z.string(),
  timezone: z.string(),
  working: z
    .array(z.object({ start: instant(), end: instant() }))
    .describe("Working hours without absences; by default Monday to Friday from 09:00 to 17:00"),
  busy: z.array(z.object({ start: instant(), end: instant() })).describe("Calendar entries, from start to end"),
});

export const listFreeBusy = fn(FreeBusyInput, async (query) => {
  const userTimes = await loadTimes(query);
  return userTimes.map(({ user, timezone, working, busy }) => ({
    user_id: user,
    timezone,
    working: working.map(presentInterval),
    busy: busy.map(presentInterval),
  }));
});

export const Slot = z.object({ start: instant(), end: instant() });

const SlotsInput = FreeBusyInput.extend({
  duration_minutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60),
  limit: z.number().int().min(1).max(100).default(20),
});

/** Finds slots from now on, even if `from` is in the past. */
export const findSlots = fn(SlotsInput, async ({ duration_minutes, limit, ...query }) => {
  const userTimes = await loadTimes(query);
  const futureIntervals = intersectIntervals([{ from: query.from, to: query.to }], [{ from: Clock.now(), to: query.to }]);
  const free = userTimes.reduce(
    (remainingIntervals, { working, busy }) => subtractIntervals(intersectIntervals(remainingIntervals, working), busy),
    futureIntervals,
  );
  const slots: z.output<typeof Slot>[] = [];
  for (const slot of iterateSlots(free, duration_minutes)) if (slots.push(slot) === limit) break;
  return slots;
});

const presentInterval = ({ from, to }: Interval) => ({ start: from, end: to });

/** Loads the working hours and busy times of the users who must take part. */
async function loadTimes({ participants: participantInputs, from, to }: z.output<typeof FreeBusyInput>) {
  const participants = participantInputs.map(toParticipant);
  if (to <= from) throw invalid("to", "Must be after from");
  if (Date.parse(to) - Date.parse(from) > MAX_DAYS * DAY_MS) throw invalid("to", `Must be at most ${MAX_DAYS} days after from`);
  const details: ErrorDetail[] = [];
  await Activity.resolveParticipants(details, { participants });
  if (details.length > 0) throw invalidAll(details);
  const requiredParticipants = participants.filter(({ participant_type }) => participant_type !== "OPTIONAL");
  const users = [...new Set(requiredParticipants.flatMap(({ user_id }) => user_id ?? []))];
  const [times, busy] = await Promise.all([
    Availability.loadFor(users),
    listBusyTimes(users, { from, to }, useSettings().timezone),
  ]);
  return users.map((user) => {
    const availability = times.get(user) ?? { timezone: useSettings().timezone, working_hours: null, absences: [] };
    return {
      user,
      timezone: availability.timezone,
      working: listWorkingIntervals(toMeetingSchedule(availability), from, to),
      busy: intersectIntervals([{ from, to }], mergeIntervals(busy.get(user) ?? [])),
    };
  });
}

export * as MeetingSlots from "./meeting-slots.ts";
