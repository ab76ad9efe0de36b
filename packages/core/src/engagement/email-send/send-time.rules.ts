import { formatInstant } from "../../kernel/date-bounds.ts";
import { localToInstant } from "../../kernel/time-zone.ts";
import { listTimeZones } from "../../messaging/message/quiet-hours.rules.ts";

/** When the messages of a send go out: at a wall-clock time in each time zone, and at most so many in an hour. Pure. */

const HOUR_MS = 60 * 60 * 1000;

/** The offset of the easternmost time zone (Pacific/Kiritimati), whose clocks show a local time first. */
const MAX_OFFSET_MS = 14 * HOUR_MS;
/** The offset of the westernmost time zone (Etc/GMT+12). */
const MIN_OFFSET_MS = -12 * HOUR_MS;

/** Whether a text is a local time that the calendar has, from 1970 to 9999: `2026-12-01T09:00`. */
export function isLocalTime(text: string): boolean {
  const ms = /^(19[7-9]\d|[2-9]\d{3})-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text) ? Date.parse(`${text}:00.000Z`) : Number.NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** Returns the instant at which the first clocks of the world show a local time. */
export const firstInstantAt = (local: string): string => formatInstant(Date.parse(`${local}:00.000Z`) - MAX_OFFSET_MS);

/** Returns the instant at which the last clocks of the world show a local time: those of an offset of -12 hours. */
export const lastInstantAt = (local: string): string => formatInstant(Date.parse(`${local}:00.000Z`) - MIN_OFFSET_MS);

/** Returns the instant at which the clocks of a zone show a local time. Skipped and repeated times are as in `localToInstant`. */
export const instantAt = (zone: string, local: string): string => localToInstant(zone, `${local}:00.000`);

/**
 * Returns the time zone of a person who lives in a country (ISO 3166-1). In a country with several zones it is the tenant's zone, if that is one of
 * them, or else the zone in the middle, by the order in which their clocks show the local time. Without a known country it is the tenant's.
 */
export function chooseZone(country: string | undefined, tenantZone: string, local: string): string {
  const zones = listTimeZones(country);
  if (zones.includes(tenantZone)) return tenantZone;
  const ordered = zones
    .map((zone) => ({ zone, at: instantAt(zone, local) }))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return ordered[Math.floor(ordered.length / 2)]?.zone ?? tenantZone;
}

/** Returns when the message with this rank, from 0, goes out, if `perHour` go out in an hour from `start` on. */
export const instantOfRank = (start: string, rank: number, perHour: number | null): string =>
  perHour === null ? start : formatInstant(Date.parse(start) + Math.floor((rank * HOUR_MS) / perHour));
