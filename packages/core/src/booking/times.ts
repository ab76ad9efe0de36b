import { BOOKED_BY } from "../activity/activity.rules.ts";
import { type Entry, takenIn } from "../activity/agenda.ts";
import { Clock } from "../kernel/clock.ts";
import { conflict } from "../kernel/error.ts";
import { isId } from "../kernel/id.ts";
import { common, type Interval } from "../kernel/interval.ts";
import { dayAfter, dayIn, daysBetween } from "../kernel/zone.ts";
import { Records } from "../storage/write/records.ts";
import { workingBetween } from "../user/availability.rules.ts";
import { Availability } from "../user/availability.ts";
import { BOOKING_LINK } from "./booking.domain.ts";
import type { Fence } from "./fence.ts";
import { BookingLinks, type LinkRecord } from "./link.entity.ts";
import { around, type Buffers, bookable, buffersOf, freeIn, type Slot, slotsWithin, type Taken } from "./times.rules.ts";

/** When a link can be booked: in the time that its hosts have, and no activity takes. */

/** Who makes what is booked by a link. */
export const actorOf = (link: string): string => `${BOOKED_BY}${link}`;
const linkOf = (actor: string): string | undefined => {
  const id = actor.startsWith(BOOKED_BY) ? actor.slice(BOOKED_BY.length) : "";
  return isId(id, BOOKING_LINK) ? id : undefined;
};

export const hostsOf = ({ owner_id, host_ids }: Pick<LinkRecord, "owner_id" | "host_ids">): string[] => [owner_id, ...host_ids];

/** The zone in which the owner works. */
export async function zoneOf({ owner_id }: Pick<LinkRecord, "owner_id">): Promise<string> {
  return (await timesOf(owner_id)).timezone;
}

const timesOf = async (user: string): Promise<Availability.Available> =>
  (await Availability.of([user])).get(user) as Availability.Available;

interface How {
  /** As it is now, for who writes it; what is merely shown may lag by moments. */
  consistent?: boolean;
  /** The activity that is to be moved: it is not in its own way. */
  except?: string;
}

/** Times of so many minutes that begin within `part`, and can be booked now. */
export async function slotsOf(
  link: LinkRecord,
  minutes: number,
  part: Interval,
  { consistent = false, except }: How = {},
): Promise<Slot[]> {
  const zone = await zoneOf(link);
  const [within] = common([part], [bookable(link, zone, Clock.now())]);
  if (!within) return [];
  const wide = around(within, zone);
  const hosts = hostsOf(link);
  const entries = await Promise.all(
    hosts.map(async (host) => (await takenIn([host], wide, zone, consistent)).filter(({ id }) => id !== except)),
  );
  const [working, buffers] = await Promise.all([workingOf(link, hosts, wide), buffersIn(entries.flat(), link)]);
  const taken = entries.flat().map((entry): Taken => ({ from: entry.starts_at, to: entry.ends_at, ...buffers(entry) }));
  const free = freeIn(
    working,
    taken.toSorted((a, b) => (a.from < b.from ? -1 : 1)),
    buffersOf(link),
  );
  return slotsWithin(free, minutes, within, fullDays(link, entries[0] ?? [], zone));
}

/** When all hosts work, and the link may be booked. */
async function workingOf(link: LinkRecord, hosts: readonly string[], { from, to }: Interval): Promise<Interval[]> {
  const times = await Availability.of(hosts);
  const narrowed = { timezone: await zoneOf(link), working_hours: link.hours, absences: [] };
  return hosts
    .flatMap((host) => times.get(host) ?? [])
    .reduce((left, own) => common(left, workingBetween(own, from, to)), workingBetween(narrowed, from, to));
}

/** What activities that were booked keep free around themselves, as their links say now. */
async function buffersIn(entries: readonly Entry[], own: LinkRecord): Promise<(entry: Entry) => Buffers> {
  const ids = [...new Set(entries.flatMap(({ created_by }) => linkOf(created_by) ?? []))].filter((id) => id !== own.id);
  const others = (await Records.loadMany(BookingLinks, ids)).filter((link) => link !== undefined);
  const known = new Map([own, ...others].map((link) => [link.id, buffersOf(link)]));
  return ({ created_by }) => known.get(linkOf(created_by) ?? "") ?? { before: 0, after: 0 };
}

/** Days of the owner on which the link was booked as often as may be. */
function fullDays(link: LinkRecord, entries: readonly Entry[], zone: string): (start: string) => boolean {
  if (link.max_per_day === null) return () => false;
  const most = link.max_per_day;
  const own = entries.filter(({ created_by }) => created_by === actorOf(link.id));
  const days = Map.groupBy(own, ({ starts_at }) => dayIn(zone, starts_at));
  return (start) => (days.get(dayIn(zone, start))?.length ?? 0) >= most;
}

/** That the link can be booked at this very time; `except` is the activity that is to be moved there. */
export async function requireFree(link: LinkRecord, start: string, minutes: number, except?: string): Promise<void> {
  const part = { from: start, to: new Date(Date.parse(start) + 1).toISOString() };
  const found = await slotsOf(link, minutes, part, { consistent: true, ...(except === undefined ? {} : { except }) });
  if (found.length === 0) throw taken();
}

export const taken = () => conflict("This time is taken, or not offered any more: choose another one");

/** The fences of a time: each day of each host on which it, with what it keeps free, takes place, and the link's where it is counted. */
export async function fencesOf(link: LinkRecord, start: string, end: string): Promise<Fence.Named[]> {
  const { before, after } = buffersOf(link);
  const [first, last] = [dayAt(endOf(start, -before)), dayAt(endOf(end, after))];
  const days = Array.from({ length: daysBetween(first, last) + 1 }, (_, at) => dayAfter(first, at));
  const ofHosts = hostsOf(link).flatMap((host) => days.map((day): Fence.Named => ["host", host, day]));
  return link.max_per_day === null ? ofHosts : [...ofHosts, ["link", link.id, dayIn(await zoneOf(link), start)]];
}

const dayAt = (instant: string): string => instant.slice(0, 10);

/** The instant so many minutes later. */
export const endOf = (start: string, minutes: number): string => new Date(Date.parse(start) + minutes * 60_000).toISOString();

export * as Times from "./times.ts";
