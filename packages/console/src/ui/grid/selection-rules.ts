/** The rules of choosing rows with Shift. */

/** The rows between two rows, both included. */
export const listRange = (from: number, to: number): number[] =>
  Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => Math.min(from, to) + index);

/** Returns the selection after Shift and a click: all rows of the range become as the clicked one. */
export function selectRange(selected: ReadonlySet<string>, range: readonly string[], clicked: string): Set<string> {
  const isSelecting = !selected.has(clicked);
  const next = new Set(selected);
  for (const id of range) isSelecting ? next.add(id) : next.delete(id);
  return next;
}

/** Rows that are chosen with Shift and an arrow. */
export interface Extension {
  /** The row at which it began. */
  readonly anchor: number;
  /** The row that it has reached. */
  readonly end: number;
  /** The selection before it began: a range that becomes shorter leaves these rows chosen. */
  readonly base: ReadonlySet<string>;
  readonly selected: ReadonlySet<string>;
}

/** Continues an extension from a row to the next one. It begins anew if the selection or the row changed in between. */
export function extendSelection(
  previous: Extension | undefined,
  selected: ReadonlySet<string>,
  { from, to }: { readonly from: number; readonly to: number },
  readId: (row: number) => string | undefined,
): Extension {
  const isContinued = previous?.selected === selected && previous.end === from;
  const anchor = isContinued ? previous.anchor : from;
  const base = isContinued ? previous.base : selected;
  const ids = listRange(anchor, to).map(readId);
  return { anchor, end: to, base, selected: new Set([...base, ...ids.filter((id) => id !== undefined)]) };
}
