/** What changed in the records that the user may see, and which cached data that concerns. */

export interface FeedEvent {
  readonly id: string;
  readonly data: { readonly id: string; readonly kind: string };
}

export interface Changes {
  readonly kinds: readonly string[];
  readonly ids: readonly string[];
  /** So much happened that everything is read again. */
  readonly isEverything: boolean;
}

export const EVERYTHING: Changes = { kinds: [], ids: [], isEverything: true };

export const summarizeEvents = (events: readonly FeedEvent[]): Changes => ({
  kinds: [...new Set(events.map(({ data }) => data.kind))],
  ids: [...new Set(events.map(({ data }) => data.id))],
  isEverything: false,
});

export const isNoChange = ({ kinds, isEverything }: Changes): boolean => kinds.length === 0 && !isEverything;

/** Data that no event is about. */
const UNTOLD = new Set(["kinds", "kind", "tenant", "preferences", "recent", "favorites", "search"]);

/**
 * Whether changes concern cached data with this key, without tenant and user. A key names the data and then the kinds that they come from:
 * `["list", "lead", …]`, `["related", "activity", …]`. A record is named by its id too.
 */
export function isAffected(key: readonly unknown[], { kinds, ids, isEverything }: Changes): boolean {
  const [name, ...rest] = key;
  if (typeof name !== "string" || UNTOLD.has(name)) return false;
  if (isEverything) return true;
  // Notifications follow from events of any kind, and have no events of their own.
  if (name === "notifications") return kinds.length > 0;
  if (name === "record") return ids.includes(String(rest[1]));
  return rest.flat().some((part) => typeof part === "string" && kinds.includes(part));
}

/** So many pages are read again at once. Longer lists are read again when the user comes back to them. */
const MAX_PAGES = 3;

export const isShort = (data: unknown): boolean => {
  const pages = (data as { readonly pages?: unknown } | undefined)?.pages;
  return !Array.isArray(pages) || pages.length <= MAX_PAGES;
};
