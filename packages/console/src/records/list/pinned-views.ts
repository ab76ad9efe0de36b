interface Favorite {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly view_kind: string | null;
}

/** Pinned views are favorites of the user, in the order of the user. */
export const listPinnedViews = (favorites: readonly Favorite[], kind: string): readonly Favorite[] =>
  favorites.filter((favorite) => favorite.kind === "view" && favorite.view_kind === kind);

/** Returns the order of all favorites after a pinned view moved among the pinned views of its kind. */
export function movePinnedView(ids: readonly string[], pinned: readonly string[], id: string, places: number): string[] {
  const from = pinned.indexOf(id);
  if (from < 0) return [...ids];
  const moved = pinned.filter((other) => other !== id);
  moved.splice(Math.max(0, Math.min(moved.length, from + places)), 0, id);
  const order = moved.values();
  return ids.map((other) => (pinned.includes(other) ? (order.next().value ?? other) : other));
}
