/** A record as lists over all kinds name it. */
export interface SavedRecord {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly path: string;
  /** For a view: the kind of the records in its list. */
  readonly view_kind?: string | null;
}

/** The API keeps so many visits. */
export const MAX_RECENT = 50;

/** Returns the recent records after a visit. */
export const moveToFront = (recent: readonly SavedRecord[], visited: SavedRecord): SavedRecord[] =>
  [visited, ...recent.filter(({ id }) => id !== visited.id)].slice(0, MAX_RECENT);
