import * as z from "zod";
import { isOpen, spanOf } from "../activity/activity.rules.ts";
import { Activity } from "../activity/activity.ts";
import { uidOf } from "../activity/calendar.rules.ts";
import { RateLimit } from "../auth/rate-limit.ts";
import { Clock } from "../kernel/clock.ts";
import { usePorts, useSettings } from "../kernel/context.ts";
import { conflict, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { instant, text } from "../kernel/schema.ts";
import { visitor } from "../sign-in/visitor.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { type BookingRecord, Bookings } from "./booking.entity.ts";
import { eventFile } from "./calendar.rules.ts";
import { type Held, holding, MOST_ATTEMPTS, type Opened } from "./entrance.ts";
import { Fence } from "./fence.ts";
import { Asked, shownOf } from "./shown.ts";
import { endOf, fencesOf, requireFree } from "./times.ts";
import { BookingToken } from "./token.ts";

/** What a visitor does with what they have booked: sees it, moves it, and calls it off. */

const Token = z.object({ token: text(200) });

/** When an activity that was booked takes place: as whoever has it says now. */
export function spanOfBooked(activity: Activity.Activity): { start: string; end: string } {
  const span = spanOf(activity, useSettings().timezone);
  return { start: span?.starts_at ?? activity.happens_at, end: span?.ends_at ?? activity.happens_at };
}

/** What a visitor sees of what they have booked. */
export interface Meeting {
  token: string;
  /** By which another time of the same host is booked. */
  link_token: string;
  /** Its name in calendars. */
  uid: string;
  name: string;
  host: string;
  organisation: string;
  location: string | null;
  start: string;
  end: string;
  timezone: string;
  /** Rises with each change. */
  version: number;
  /** Whether it takes place: neither visitor nor host has called it off. */
  stands: boolean;
  /** Whether it is still to come. */
  isAhead: boolean;
  /** Whether it can be moved: the link can still be booked. */
  isMovable: boolean;
}

export const look = fn(Token, ({ token }) =>
  holding(token, async (held) => meetingOf(held, held.booking, await activityUnder(held.booking))),
);

const activityUnder = async ({ activity_id }: BookingRecord): Promise<Activity.Activity | undefined> =>
  (await Activity.standing([activity_id]))[0];

async function meetingOf(
  { open: { link, host, organisation, isOpen: isMovable } }: Held,
  { id, activity_id, timezone, status, starts_at, duration_minutes }: BookingRecord,
  activity: Activity.Activity | undefined,
): Promise<Meeting> {
  const { start, end } = activity ? spanOfBooked(activity) : { start: starts_at, end: endOf(starts_at, duration_minutes) };
  return {
    ...{ token: await BookingToken.of(id), link_token: link.token, uid: uidOf({ id: activity_id }) },
    ...{ name: link.name, host, organisation, location: activity?.meeting_location ?? null },
    ...{ start, end, timezone, version: activity?.version ?? 0 },
    ...{ stands: status === "BOOKED" && activity !== undefined && isOpen(activity), isAhead: start > Clock.now(), isMovable },
  };
}

/** Where a visitor sees it. */
export const pageOf = ({ token }: Pick<Meeting, "token">): string => `${usePorts().origin}/booking?token=${token}`;

/** As a file for the visitor's own calendar. */
export const file = fn(Token, async (asked) => {
  const meeting = await look(asked);
  return eventFile(meeting, pageOf(meeting), Clock.now());
});

/** When a meeting can be moved to. */
export const alternatives = fn(Asked, ({ token, ...asked }) =>
  holding(token, ({ booking, open }) => {
    if (!open.isOpen) throw notFound();
    const { activity_id, duration_minutes } = booking;
    const look = { ...asked, duration_minutes, timezone: asked.timezone ?? booking.timezone };
    return shownOf(lasting(open, booking), look, activity_id);
  }),
);

/** It lasts as long as it was booked for, whatever the link offers by now. */
const lasting = (open: Opened, { duration_minutes }: BookingRecord): Opened => ({
  ...open,
  link: { ...open.link, durations_minutes: [duration_minutes] },
});

/** Moves what was booked; the same again changes nothing. */
export const move = fn(Token.extend({ start: instant() }), ({ token, start }) =>
  holding(token, async (held) => {
    const { link, isOpen: isMovable } = held.open;
    if (!isMovable) throw conflict("This can no longer be booked, and so not be moved: cancel it, or ask your host");
    await RateLimit.take(`${link.id}.book.${visitor()}`, MOST_ATTEMPTS);
    return changed(held, async (booking, activity, tx) => {
      if (spanOfBooked(activity).start === start) return undefined;
      const { duration_minutes } = booking;
      const end = endOf(start, duration_minutes);
      const fences = await Fence.readAll(await fencesOf(link, start, end));
      await requireFree(link, start, duration_minutes, activity.id);
      for (const fence of fences) Fence.raise(tx, fence, end);
      return {
        booking: { ...booking, starts_at: start, moved_at: Clock.now() },
        activity: await Activity.changed(activity, { start_datetime: start, end_datetime: end }),
      };
    });
  }),
);

/** Cancels what was booked, which frees its time; twice is no fault. */
export const cancel = fn(Token, ({ token }) =>
  holding(token, (held) =>
    changed(held, async (booking, activity) => ({
      booking: { ...booking, status: "CANCELLED" },
      activity: await Activity.cancelled(activity, undefined),
    })),
  ),
);

interface Both {
  booking: BookingRecord;
  activity: Activity.Activity;
}

/** What becomes of both; undefined where nothing is to be changed. */
type Edit = (booking: BookingRecord, activity: Activity.Activity, tx: Transaction) => Promise<Both | undefined>;

/** Changes a meeting that is to come, with the booking: both as they were read, or both read again. */
function changed(held: Held, edit: Edit): Promise<Meeting> {
  return retryOnConflict(async () => {
    const booking = (await Records.load(Bookings, held.booking.id)) ?? held.booking;
    const activity = await activityUnder(booking);
    const meeting = await meetingOf(held, booking, activity);
    if (booking.status === "CANCELLED") return meeting;
    if (!activity || !meeting.stands || !meeting.isAhead) throw conflict("This meeting is over, or was called off");
    const tx = transaction();
    const edited = await edit(booking, activity, tx);
    if (!edited) return meeting;
    const next = Records.nextVersion(booking, edited.booking);
    tx.replace(Bookings, booking, next);
    const after = Activity.follow(tx, activity, edited.activity);
    return tx.commit(await meetingOf(held, next, after));
  });
}

export * as Meetings from "./meeting.ts";
