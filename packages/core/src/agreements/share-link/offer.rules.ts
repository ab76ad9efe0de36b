import { createHash } from "node:crypto";
import { addDays, localToInstant } from "../../kernel/time-zone.ts";
import type { Offer } from "./offerable.ts";

/** Pure rules of what is sent to customers. */

/** At nine in the morning, so many days before the last one; null where that is over, or where none are wanted. */
export function computeReminder(last_day: string, days: number, zone: string, now: string): string | null {
  if (days === 0) return null;
  const at = localToInstant(zone, `${addDays(last_day, -days)}T09:00:00.000`);
  return at > now ? at : null;
}

/** Within which a page that is looked at again is the same view. */
const VIEW_SESSION_MS = 30 * 60 * 1000;

interface ViewCount {
  first_viewed_at: string | null;
  last_viewed_at: string | null;
  view_count: number;
}

/** With a view more; nothing where it belongs to the last one. */
export function countView<V extends ViewCount>(views: V, now: string): V | undefined {
  const { first_viewed_at, last_viewed_at, view_count } = views;
  if (last_viewed_at !== null && Date.parse(now) - Date.parse(last_viewed_at) < VIEW_SESSION_MS) return undefined;
  return { ...views, first_viewed_at: first_viewed_at ?? now, last_viewed_at: now, view_count: view_count + 1 };
}

/** Whether a mark made at an instant is still that of a page which somebody has before them. */
export function isFresh(at: string, now: string): boolean {
  const age = Date.parse(now) - Number.parseInt(at, 36);
  return age >= 0 && age < VIEW_SESSION_MS;
}

/** Of all that somebody is shown who answers: another one where any of it is another. */
export const computeDigest = ({ document, options }: Pick<Offer, "document" | "options">): string =>
  sha256(JSON.stringify([document, options], (_name, value) => (value instanceof Uint8Array ? sha256(value) : value)));

export const sha256 = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex");
