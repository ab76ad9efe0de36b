/** Tags: words by which users group records of any kind. Tags that differ only in letter case are the same tag. */

/** For each record. */
export const MAX_TAGS = 50;
/** For each tag. */
export const MAX_TAG_LENGTH = 50;

/** Returns the key by which tags are compared. */
export const tagKey = (tag: string): string => tag.normalize("NFC").toLowerCase();

/** Merges lists of tags without duplicates; the first spelling is kept. */
export function mergeTags(...lists: readonly (readonly string[])[]): string[] {
  const byKey = new Map<string, string>();
  for (const tag of lists.flat()) if (!byKey.has(tagKey(tag))) byKey.set(tagKey(tag), tag);
  return [...byKey.values()];
}
