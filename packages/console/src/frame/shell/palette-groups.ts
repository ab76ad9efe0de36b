import { matchesQuery } from "./text-match.ts";

/** What the palette can do or open. */
export interface PaletteEntry {
  readonly id: string;
  readonly label: string;
}

export interface PaletteGroup<E extends PaletteEntry> {
  readonly id: string;
  readonly title: string;
  readonly entries: readonly E[];
  /** Records that the API has found match by what the label does not show, such as a phone number. */
  readonly isFound?: boolean;
  /** Only shown for a query. */
  readonly isHidden?: boolean;
  readonly most: number;
}

/** Returns the groups that a query leaves, each with its first entries. A record is listed once, in the first group that has it. */
export function filterGroups<E extends PaletteEntry>(groups: readonly PaletteGroup<E>[], query: string): PaletteGroup<E>[] {
  const seen = new Set<string>();
  const isEmpty = query.trim() === "";
  return groups
    .filter(({ isHidden }) => !(isEmpty && isHidden === true))
    .map((group) => {
      const entries = group.entries
        .filter(({ id, label }) => !seen.has(id) && (group.isFound === true || matchesQuery(label, query)))
        .slice(0, group.most);
      for (const { id } of entries) seen.add(id);
      return { ...group, entries };
    })
    .filter(({ entries }) => entries.length > 0);
}
