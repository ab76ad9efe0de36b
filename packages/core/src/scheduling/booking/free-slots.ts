import { Clock } from "../../kernel/clock.ts";
import { conflict } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { type Interval, intersectIntervals } from "../../kernel/interval.ts";
import { addDays, daysBetween, instantToDay } from "../../kernel/time-zone.ts";
import { BOOKING_ACTOR_PREFIX } from "../../people/activity/activity.rules.ts";
import { type CalendarEntry, listTimedEntries } from "../../people/activity/agenda.ts";
import { listWorkingIntervals } from "../../platform/user/availability.rules.ts";
import { Availability } from "../../platform/user/availability.ts";
import { Records } from "../../storage/write/records.ts";
import { BOOKING_LINK } from "./booking.domain.ts";
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

/** When a link can be booked: in the time that its hosts have, and no activity takes. */

/** Who makes what is booked by a link. */
export const linkActor = (link: string): string => `${BOOKING_ACTOR_PREFIX}${link}`;
const parseLinkActor = (actor: string): string | undefined => {
  const id = actor.startsWith(BOOKING_ACTOR_PREFIX) ? actor.slice(BOOKING_ACTOR_PREFIX.length) : "";
  return isId(id, BOOKING_LINK) ? id : undefined;
};

export const listHosts = ({ owner_id, host_ids }: Pick<LinkRecord, "owner_id" | "host_ids">): string[] => [owner_id, ...host_ids];

/** The zone in which the owner works. */
export async function readOwnerZone({ owner_id }: Pick<LinkRecord, "owner_id">): Promise<string> {
  return (await loadAvailability(owner_id)).timezone;
}

const loadAvailability = async (user: string): Promise<Availability.UserAvailability> =>
  (await Availability.loadFor([user])).get(user) as Availability.UserAvailability;

interface SlotOptions {
  /** As it is now, for who writes it; what is merely shown may lag by moments. */
  consistent?: boolean;
  /** The activity that is to be moved: it is not in its own way. */
  except?: string;
}

/** Times of so many minutes that begin within `part`, and can be booked now. */
export async function findSlots(
  link: LinkRecord,
  minutes: number,
  part: Interval,
  { consistent = false, except }: SlotOptions = {},
): Promise<Slot[]> {
  const zone = await readOwnerZone(link);
  const [within] = intersectIntervals([part], [bookableInterval(link, zone, Clock.now())]);
  if (!within) return [];
  const wide = widenToDays(within, zone);
  const hosts = listHosts(link);
  const entries = await Promise.all(
    hosts.map(async (host) => (await listTimedEntries([host], wide, zone, consistent)).filter(({ id }) => id !== except)),
  );
  const [working, buffers] = await Promise.all([computeWorkingTime(link, hosts, wide), loadBuffers(entries.flat(), link)]);
  const taken = entries.flat().map((entry): BusyInterval => ({ from: entry.starts_at, to: entry.ends_at, ...buffers(entry) }));
  const free = computeFreeTime(
    working,
    taken.toSorted((a, b) => (a.from < b.from ? -1 : 1)),
    readBuffers(link),
  );
  return listSlots(free, minutes, within, createFullDayCheck(link, entries[0] ?? [], zone));
}

/** When all hosts work, and the link may be booked. */
async function computeWorkingTime(link: LinkRecord, hosts: readonly string[], { from, to }: Interval): Promise<Interval[]> {
  const times = await Availability.loadFor(hosts);
  const narrowed = { timezone: await readOwnerZone(link), working_hours: link.hours, absences: [] };
  return hosts
    .flatMap((host) => times.get(host) ?? [])
    .reduce(
      (left, own) => intersectIntervals(left, listWorkingIntervals(own, from, to)),
      listWorkingIntervals(narrowed, from, to),
    );
}

/** What activities that were booked keep free around themselves, as their links say now. */
async function loadBuffers(entries: readonly CalendarEntry[], own: LinkRecord): Promise<(entry: CalendarEntry) => Buffers> {
  const ids = [...new Set(entries.flatMap(({ created_by }) => parseLinkActor(created_by) ?? []))].filter((id) => id !== own.id);
  const others = (await Records.loadMany(BookingLinks, ids)).filter((link) => link !== undefined);
  const known = new Map([own, ...others].map((link) => [link.id, readBuffers(link)]));
  return ({ created_by }) => known.get(parseLinkActor(created_by) ?? "") ?? { before: 0, after: 0 };
}

/** Days of the owner on which the link was booked as often as may be. */
function createFullDayCheck(link: LinkRecord, entries: readonly CalendarEntry[], zone: string): (start: string) => boolean {
  if (link.max_per_day === null) return () => false;
  const most = link.max_per_day;
  const own = entries.filter(({ created_by }) => created_by === linkActor(link.id));
  const days = Map.groupBy(own, ({ starts_at }) => instantToDay(zone, starts_at));
  return (start) => (days.get(instantToDay(zone, start))?.length ?? 0) >= most;
}

/** That the link can be booked at this very time; `except` is the activity that is to be moved there. */
export async function requireFree(link: LinkRecord, start: string, minutes: number, except?: string): Promise<void> {
  const part = { from: start, to: new Date(Date.parse(start) + 1).toISOString() };
  const found = await findSlots(link, minutes, part, { consistent: true, ...(except === undefined ? {} : { except }) });
  if (found.length === 0) throw slotTakenError();
}

export const slotTakenError = () => conflict("This time is taken, or not offered any more: choose another one");

/** The fences of a time: each day of each host on which it, with what it keeps free, takes place, and the link's where it is counted. */
export async function listLocks(link: LinkRecord, start: string, end: string): Promise<BookingLock.LockName[]> {
  const { before, after } = readBuffers(link);
  const [first, last] = [toDay(computeEnd(start, -before)), toDay(computeEnd(end, after))];
  const days = Array.from({ length: daysBetween(first, last) + 1 }, (_, at) => addDays(first, at));
  const ofHosts = listHosts(link).flatMap((host) => days.map((day): BookingLock.LockName => ["host", host, day]));
  return link.max_per_day === null ? ofHosts : [...ofHosts, ["link", link.id, instantToDay(await readOwnerZone(link), start)]];
}

const toDay = (instant: string): string => instant.slice(0, 10);

/** The instant so many minutes later. */
export const computeEnd = (start: string, minutes: number): string =>
  new Date(Date.parse(start) + minutes * 60_000).toISOString();

export * as FreeSlots from "./free-slots.ts";
