import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { usePorts, useSettings } from "../../kernel/context.ts";
import { conflict, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { instant, text } from "../../kernel/schema.ts";
import { computeSpan, isOpen } from "../../people/activity/activity.rules.ts";
import { Activity } from "../../people/activity/activity.ts";
import { formatUid } from "../../people/activity/icalendar.rules.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { visitorHash } from "../../platform/sign-in/visitor.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { type BookingRecord, Bookings } from "./booking.entity.ts";
import { BookingLock } from "./booking-lock.ts";
import { buildEventFile } from "./calendar.rules.ts";
import { computeEnd, listLocks, requireFree } from "./free-slots.ts";
import { AvailabilityInput, presentAvailability } from "./link-availability.ts";
import { type BookingVisit, type LinkVisit, MAX_ATTEMPTS, withBooking } from "./resolve-token.ts";
import { BookingToken } from "./token.ts";

/** Actions of a visitor on a booking: view, move and cancel it. */

const TokenInput = z.object({ token: text(200) });

/** Returns the present time of a booked activity, which the host may have changed. */
export function resolveSpan(activity: Activity.Activity): { start: string; end: string } {
  const span = computeSpan(activity, useSettings().timezone);
  return { start: span?.starts_at ?? activity.happens_at, end: span?.ends_at ?? activity.happens_at };
}

/** A booking as the visitor sees it. */
export interface Meeting {
  token: string;
  /** The token of the link, to book another time with the same host. */
  link_token: string;
  /** The UID of the event in calendars. */
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
  /** Whether the meeting takes place: neither the visitor nor the host has cancelled it. */
  isActive: boolean;
  /** Whether the meeting is in the future. */
  isAhead: boolean;
  /** Whether it can be moved, which requires that the link can still be booked. */
  isMovable: boolean;
}

export const get = fn(TokenInput, ({ token }) =>
  withBooking(token, async (visit) => presentMeeting(visit, visit.booking, await findActivity(visit.booking))),
);

const findActivity = async ({ activity_id }: BookingRecord): Promise<Activity.Activity | undefined> =>
  (await Activity.loadLive([activity_id]))[0];

async function presentMeeting(
  { open: { link, host, organisation, isOpen: isMovable } }: BookingVisit,
  { id, activity_id, timezone, status, starts_at, duration_minutes }: BookingRecord,
  activity: Activity.Activity | undefined,
): Promise<Meeting> {
  const { start, end } = activity ? resolveSpan(activity) : { start: starts_at, end: computeEnd(starts_at, duration_minutes) };
  return {
    ...{ token: await BookingToken.build(id), link_token: link.token, uid: formatUid({ id: activity_id }) },
    ...{ name: link.name, host, organisation, location: activity?.meeting_location ?? null },
    ...{ start, end, timezone, version: activity?.version ?? 0 },
    ...{ isActive: status === "BOOKED" && activity !== undefined && isOpen(activity), isAhead: start > Clock.now(), isMovable },
  };
}

/** Returns the address of the visitor's page. */
export const pageUrl = ({ token }: Pick<Meeting, "token">): string => `${usePorts().origin}/booking?token=${token}`;

/** Returns the calendar file for the visitor. */
export const buildFile = fn(TokenInput, async (input) => {
  const meeting = await get(input);
  return buildEventFile(meeting, pageUrl(meeting), Clock.now());
});

/** Lists the times to which a meeting can be moved. */
export const listAlternatives = fn(AvailabilityInput, ({ token, ...query }) =>
  withBooking(token, ({ booking, open }) => {
    if (!open.isOpen) throw notFound();
    const { activity_id, duration_minutes } = booking;
    const look = { ...query, duration_minutes, timezone: query.timezone ?? booking.timezone };
    return presentAvailability(withBookedDuration(open, booking), look, activity_id);
  }),
);

/** A moved meeting keeps its booked duration, even if the link no longer offers it. */
const withBookedDuration = (open: LinkVisit, { duration_minutes }: BookingRecord): LinkVisit => ({
  ...open,
  link: { ...open.link, durations_minutes: [duration_minutes] },
});

/** Moves a booking. Repeating the request changes nothing. */
export const move = fn(TokenInput.extend({ start: instant() }), ({ token, start }) =>
  withBooking(token, async (visit) => {
    const { link, isOpen: isMovable } = visit.open;
    if (!isMovable) throw conflict("This meeting can no longer be moved: cancel it, or ask your host");
    await RateLimit.take(`${link.id}.book.${visitorHash()}`, MAX_ATTEMPTS);
    return changeMeeting(visit, async (booking, activity, tx) => {
      if (resolveSpan(activity).start === start) return undefined;
      const { duration_minutes } = booking;
      const end = computeEnd(start, duration_minutes);
      const fences = await BookingLock.readAll(await listLocks(link, start, end));
      await requireFree(link, start, duration_minutes, activity.id);
      for (const fence of fences) BookingLock.bump(tx, fence, end);
      return {
        booking: { ...booking, starts_at: start, moved_at: Clock.now() },
        activity: await Activity.changeActivity(activity, { start_datetime: start, end_datetime: end }),
      };
    });
  }),
);

/** Cancels a booking and frees its time. Cancelling twice is no error. */
export const cancel = fn(TokenInput, ({ token }) =>
  withBooking(token, (visit) =>
    changeMeeting(visit, async (booking, activity) => ({
      booking: { ...booking, status: "CANCELLED" },
      activity: await Activity.cancelActivity(activity, undefined),
    })),
  ),
);

interface BookingWithActivity {
  booking: BookingRecord;
  activity: Activity.Activity;
}

/** Returns the booking and the activity after the change; undefined if nothing changes. */
type MeetingEdit = (
  booking: BookingRecord,
  activity: Activity.Activity,
  tx: Transaction,
) => Promise<BookingWithActivity | undefined>;

/** Changes a future meeting and its booking in one transaction. On a conflict, both are read again. */
function changeMeeting(visit: BookingVisit, edit: MeetingEdit): Promise<Meeting> {
  return retryOnConflict(async () => {
    const booking = (await Records.load(Bookings, visit.booking.id)) ?? visit.booking;
    const activity = await findActivity(booking);
    const meeting = await presentMeeting(visit, booking, activity);
    if (booking.status === "CANCELLED") return meeting;
    if (!activity || !meeting.isActive || !meeting.isAhead) throw conflict("This meeting is over, or was cancelled");
    const tx = transaction();
    const edited = await edit(booking, activity, tx);
    if (!edited) return meeting;
    const next = Records.nextVersion(booking, edited.booking);
    tx.replace(Bookings, booking, next);
    const after = Activity.applyEdit(tx, activity, edited.activity);
    return tx.commit(await presentMeeting(visit, next, after));
  });
}

export * as Meetings from "./meeting.ts";
