import { isBookkeepingField } from "../storage/stream/audit-actor.rules.ts";

/** Pure rules of the activity feed: what an entry says of a change. */

export const feedTypes = [
  "created",
  "changed",
  "status_changed",
  "completed",
  "deleted",
  "restored",
  "commented",
  "noted",
] as const;
type FeedType = (typeof feedTypes)[number];

/** Fields that hold a status or stage, such as `status`, `lead_status_id` and `stage_id`. */
const STATUS_PATTERN = /^(?:\w+_)?(?:status|stage)(?:_id)?$/;
export const isStatusField = (field: string): boolean => STATUS_PATTERN.test(field);

/** Returns the changed fields that an entry names: those that callers may see, without bookkeeping. */
export const listShownFields = (changed: readonly string[], hidden: ReadonlySet<string>): string[] =>
  changed.filter((field) => !hidden.has(field) && !isBookkeepingField(field)).sort();

const isSystem = (actor: string): boolean => actor === "system" || actor.startsWith("system:");

/**
 * Returns the type of an entry for a change; undefined if the change shows nothing. What the system derives, such as scores and totals,
 * shows only a new status.
 */
export function classifyChange(base: string, fields: readonly string[], actor: string): FeedType | undefined {
  if (base === "created" || base === "deleted" || base === "restored") return base;
  if (base !== "updated" || fields.length === 0) return undefined;
  if (fields.includes("is_completed")) return "completed";
  if (fields.some(isStatusField)) return "status_changed";
  return isSystem(actor) ? undefined : "changed";
}

/** A place in the feed: a page of events and the index of an event in it. Reading continues with older ones. */
export interface FeedPlace {
  page: number;
  place: number;
}

export const formatPlace = ({ page, place }: FeedPlace): string => `${page}.${place}`;

export function parsePlace(text: string): FeedPlace | undefined {
  const [, page, place] = /^(\d{1,15})\.(\d{1,4})$/.exec(text) ?? [];
  return page === undefined || place === undefined ? undefined : { page: Number(page), place: Number(place) };
}
