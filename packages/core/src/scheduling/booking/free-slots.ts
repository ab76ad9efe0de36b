import { Clock } from "../../kernel/clock.ts";
import { formatInstant } from "../../kernel/date-bounds.ts";
import { conflict } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { type Interval, intersectIntervals } from "../../kernel/interval.ts";
import { addDays, daysBetween, instantToDay } from "../../kernel/time-zone.ts";
import { BOOKING_ACTOR_PREFIX } from "../../people/activity/activity.rules.ts";
import { type CalendarEntry, listTimedEntries } from "../../people/activity/agenda.ts";
import { listWorkingIntervals, toMeetingSchedule } from "../../platform/user/availability.rules.ts";
import { Availability } from "../../platform/user/availability.ts";
import { Records } from "../../storage/write/records.ts";
import { BOOKING_LINK } from "./booking.kind.ts";
import type { BookingLock } from "./booking-lock.ts";
import {
  type Buffers,
  type BusyInterval,
  bookableInterval,
  computeFreeTime,
  listSlots,
  readBuffers,
  type Slot,
  widenToDays,
} from "./free-slots.rules.ts";
import { BookingLinks, type LinkRecord } from "./link.entity.ts";

/** The free slots of a link: within the working time of its hosts, and outside their activities. */

/** Returns the actor id under which bookings of a link are created. */
export const linkActor = (link: string): string => `${BOOKING_ACTOR_PREFIX}${link}`;
const parseLinkActor = (actor: string): string | undefined => {
  const id = actor.startsWith(BOOKING_ACTOR_PREFIX) ? actor.slice(BOOKING_ACTOR_PREFIX.length) : "";
  return isId(id, BOOKING_LINK) ? id : undefined;
};

export const listHosts = ({ owner_id, host_ids }: Pick<LinkRecord, "owner_id" | "host_ids">): string[] => [owner_id, ...host_ids];

/** Returns the time zone in which the owner works. */
export async function readOwnerZone({ owner_id }: Pick<LinkRecord, "owner_id">): Promise<string> {
  return (await loadAvailability(owner_id)).timezone;
}

const loadAvailability = async (user: string): Promise<Availability.UserAvailability> =>
  (await Availability.loadFor([user])).get(user) as Availability.UserAvailability;

interface SlotOptions {
  /** Reads with strong consistency, for bookings. Without it, slots that are only displayed may lag by moments. */
  consistent?: boolean;
  /** The activity that is being moved. Its own time counts as free. */
  except?: string;
}

/** Finds the slots of this length that begin within `part` and can be booked now. */
export async function findSlots(
  link: LinkRecord,
  minutes: number,
  part: Interval,
  { consistent = false, except }: SlotOptions = {},
): Promise<Slot[]> {
  const zone = await readOwnerZone(link);
  const [searchInterval] = intersectIntervals([part], [bookableInterval(link, zone, Clock.now())]);
  if (!searchInterval) return [];
  const dayInterval = widenToDays(searchInterval, zone);
  const hosts = listHosts(link);
  const entries = await Promise.all(
    hosts.map(async (host) => (await listTimedEntries([host], dayInterval, zone, consistent)).filter(({ id }) => id !== except)),
  );
  const [working, buffers] = await Promise.all([computeWorkingTime(link, hosts, dayInterval), loadBuffers(entries.flat(), link)]);
  const busyIntervals = entries
    .flat()
    .map((entry): BusyInterval => ({ from: entry.starts_at, to: entry.ends_at, ...buffers(entry) }));
  const free = computeFreeTime(
    working,
    busyIntervals.toSorted((a, b) => (a.from < b.from ? -1 : 1)),
    readBuffers(link),
  );
  return listSlots(free, minutes, searchInterval, createFullDayCheck(link, entries[0] ?? [], zone));
}

/**
 * Computes when all hosts work and the link's own hours allow a booking. A host without working hours can be booked at all hours of the link,
 * or in the usual working hours if the link has none.
 */
async function computeWorkingTime(link: LinkRecord, hosts: readonly string[], { from, to }: Interval): Promise<Interval[]> {
  const times = await Availability.loadFor(hosts);
  const narrowed = { timezone: await readOwnerZone(link), working_hours: link.hours, absences: [] };
  return hosts
    .flatMap((host) => times.get(host) ?? [])
    .map((availability) => (link.hours === null ? toMeetingSchedule(availability) : availability))
    .reduce(
      (freeIntervals, availability) => intersectIntervals(freeIntervals, listWorkingIntervals(availability, from, to)),
      listWorkingIntervals(narrowed, from, to),
    );
}

/** Returns the buffers of booked activities, by the present settings of their links. */
async function loadBuffers(
  entries: readonly CalendarEntry[],
  currentLink: LinkRecord,
): Promise<(entry: CalendarEntry) => Buffers> {
  const ids = [...new Set(entries.flatMap(({ created_by }) => parseLinkActor(created_by) ?? []))].filter(
    (id) => id !== currentLink.id,
  );
  const otherLinks = (await Records.loadMany(BookingLinks, ids)).filter((link) => link !== undefined);
  const buffersByLink = new Map([currentLink, ...otherLinks].map((link) => [link.id, readBuffers(link)]));
  return ({ created_by }) => buffersByLink.get(parseLinkActor(created_by) ?? "") ?? { before: 0, after: 0 };
}

/** Returns a function that tells whether the link's limit is reached on the owner's day of an instant. */
function createFullDayCheck(link: LinkRecord, entries: readonly CalendarEntry[], zone: string): (start: string) => boolean {
  if (link.max_per_day === null) return () => false;
  const limit = link.max_per_day;
  const linkEntries = entries.filter(({ created_by }) => created_by === linkActor(link.id));
  const days = Map.groupBy(linkEntries, ({ starts_at }) => instantToDay(zone, starts_at));
  return (start) => (days.get(instantToDay(zone, start))?.length ?? 0) >= limit;
}

/** Requires that the link can be booked at exactly this time. `except` is the activity that is being moved. */
export async function requireFree(link: LinkRecord, start: string, minutes: number, except?: string): Promise<void> {
  const part = { from: start, to: formatInstant(Date.parse(start) + 1) };
  const slots = await findSlots(link, minutes, part, { consistent: true, ...(except === undefined ? {} : { except }) });
  if (slots.length === 0) throw slotTakenError();
}

export const slotTakenError = () => conflict("This time is no longer available: choose another one");

/**
 * Lists the locks for a time: of each host and each day that the meeting and its buffers touch, and of the link if it has a daily limit.
 */
export async function listLocks(link: LinkRecord, start: string, end: string): Promise<BookingLock.LockName[]> {
  const { before, after } = readBuffers(link);
  const [first, last] = [toDay(computeEnd(start, -before)), toDay(computeEnd(end, after))];
  const days = Array.from({ length: daysBetween(first, last) + 1 }, (_, index) => addDays(first, index));
  const ofHosts = listHosts(link).flatMap((host) => days.map((day): BookingLock.LockName => ["host", host, day]));
  return link.max_per_day === null ? ofHosts : [...ofHosts, ["link", link.id, instantToDay(await readOwnerZone(link), start)]];
}

const toDay = (instant: string): string => instant.slice(0, 10);

/** Returns the instant that is this many minutes later. */
export const computeEnd = (start: string, minutes: number): string => formatInstant(Date.parse(start) + minutes * 60_000);
