/** Tags: words by which people group records of any kind. Two that differ by letter case alone are one. */

/** Of a record. */
export const MAX_TAGS = 50;
/** Characters of one. */
export const MAX_TAG_LENGTH = 50;

/** What tells one tag from another. */
export const tagKey = (tag: string): string => tag.normalize("NFC").toLowerCase();

/** All tags of some lists, each once, as the first of them spells it. */
export function mergeTags(...lists: readonly (readonly string[])[]): string[] {
  const byKey = new Map<string, string>();
  for (const tag of lists.flat()) if (!byKey.has(tagKey(tag))) byKey.set(tagKey(tag), tag);
  return [...byKey.values()];
}
