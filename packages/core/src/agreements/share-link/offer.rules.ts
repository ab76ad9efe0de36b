import { addDays, localToInstant } from "../../kernel/time-zone.ts";
import { hashDocument } from "../letterhead/document-hash.rules.ts";
import type { Offer } from "./offerable.ts";

/** Pure rules of offers. */

/** Returns the instant of the reminder: 9:00 in the time zone, `days` before the last day. null if that has passed or `days` is 0. */
export function computeReminder(last_day: string, days: number, zone: string, now: string): string | null {
  if (days === 0) return null;
  const reminderAt = localToInstant(zone, `${addDays(last_day, -days)}T09:00:00.000`);
  return reminderAt > now ? reminderAt : null;
}

/** Requests of the page within this time belong to the same view. */
const VIEW_SESSION_MS = 30 * 60 * 1000;

interface ViewCount {
  first_viewed_at: string | null;
  last_viewed_at: string | null;
  view_count: number;
}

/** Returns the counters with one more view, or undefined if the request belongs to the last view. */
export function countView<V extends ViewCount>(views: V, now: string): V | undefined {
  const { first_viewed_at, last_viewed_at, view_count } = views;
  if (last_viewed_at !== null && Date.parse(now) - Date.parse(last_viewed_at) < VIEW_SESSION_MS) return undefined;
  return { ...views, first_viewed_at: first_viewed_at ?? now, last_viewed_at: now, view_count: view_count + 1 };
}

/** Returns whether a view mark (an instant in base 36) is recent enough to count. */
export function isFresh(shownAt: string, now: string): boolean {
  const age = Date.parse(now) - Number.parseInt(shownAt, 36);
  return age >= 0 && age < VIEW_SESSION_MS;
}

/** Returns a hash of the document and the options that the customer is shown. An acceptance must have the same hash. */
export const computeDigest = ({ document, options }: Pick<Offer, "document" | "options">): string =>
  hashDocument([document, options]);
