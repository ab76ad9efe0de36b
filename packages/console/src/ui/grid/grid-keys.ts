import type { GridSort } from "./grid-types.ts";

/** A cell of a grid. The head is row -1. */
export interface CellPosition {
  readonly row: number;
  readonly column: number;
}

interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that fit into the window. */
  readonly page: number;
}

interface KeyPress {
  readonly key: string;
  readonly hasControl: boolean;
  readonly isRightToLeft: boolean;
}

const limit = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value));

/** Returns the cell to which a key moves the focus, or undefined for a key that moves nothing. */
export function moveCell(
  { row, column }: CellPosition,
  { rows, columns, page }: GridSize,
  press: KeyPress,
): CellPosition | undefined {
  const { key, hasControl, isRightToLeft } = press;
  const toRow = (next: number): CellPosition => ({ row: limit(next, -1, rows - 1), column });
  const toColumn = (next: number): CellPosition => ({ row, column: limit(next, 0, columns - 1) });
  const forward = isRightToLeft ? -1 : 1;
  switch (key) {
    case "ArrowUp":
      return toRow(hasControl ? -1 : row - 1);
    case "ArrowDown":
      return toRow(hasControl ? rows - 1 : row + 1);
    case "ArrowLeft":
      return toColumn(column - forward);
    case "ArrowRight":
      return toColumn(column + forward);
    case "PageUp":
      // From the first rows to the head takes an arrow: a page ends at the first row.
      return row <= 0 ? toRow(-1) : { row: limit(row - page, 0, rows - 1), column };
    case "PageDown":
      return toRow(row + page);
    case "Home":
      return { row: hasControl ? Math.min(0, rows - 1) : row, column: 0 };
    case "End":
      return { row: hasControl ? rows - 1 : row, column: columns - 1 };
    default:
      return undefined;
  }
}

/** Returns the order after a column moved by a number of places. */
export function moveColumn(order: readonly string[], id: string, places: number): string[] {
  const from = order.indexOf(id);
  if (from < 0) return [...order];
  const next = order.filter((name) => name !== id);
  next.splice(limit(from + places, 0, next.length), 0, id);
  return next;
}

export const MIN_COLUMN_WIDTH = 64;
export const MAX_COLUMN_WIDTH = 640;
export const COLUMN_WIDTH_STEP = 16;

export const limitWidth = (width: number): number => limit(Math.round(width), MIN_COLUMN_WIDTH, MAX_COLUMN_WIDTH);

/** Rows in the document at most, however high the window is. */
export const MAX_WINDOW_ROWS = 110;

/** Returns the rows to draw: those in view with some around, and the one with the focus, which must not disappear. */
export function listWindowRows(first: number, last: number, focused: number, rows: number): number[] {
  const end = Math.min(last, first + MAX_WINDOW_ROWS - 1, rows - 1);
  const window = Array.from({ length: Math.max(0, end - first + 1) }, (_, index) => first + index);
  if (focused < 0 || focused >= rows || (focused >= first && focused <= end)) return window;
  return focused < first ? [focused, ...window] : [...window, focused];
}

/**
 * Gives each row in the window the slot of an element: a row keeps its slot while it is there, and leaves it to a row that comes. So the browser changes
 * the content of elements that it has in place of building new ones.
 */
export function assignSlots(previous: ReadonlyMap<number, number>, rows: readonly number[]): Map<number, number> {
  const kept = new Map(rows.flatMap((row) => (previous.has(row) ? [[row, previous.get(row) as number]] : [])));
  const taken = new Set(kept.values());
  let slot = 0;
  for (const row of rows) {
    if (kept.has(row)) continue;
    while (taken.has(slot)) slot++;
    kept.set(row, slot++);
  }
  return kept;
}

/** Columns by which a grid is sorted, at most. */
const MAX_SORTS = 3;

/**
 * Returns the order after a press on the head of a column. With Shift the column is added to the order; a press more turns it, and another one takes it
 * away.
 */
export function nextSorts(sorts: readonly GridSort[], column: string, isAdded = false): readonly GridSort[] {
  const known = sorts.find((sort) => sort.column === column);
  const isAscending = known?.direction === "ascending";
  if (!isAdded) return [{ column, direction: isAscending ? "descending" : "ascending" }];
  if (known === undefined) return sorts.length < MAX_SORTS ? [...sorts, { column, direction: "ascending" }] : sorts;
  if (!isAscending) return sorts.filter((sort) => sort !== known);
  return sorts.map((sort) => (sort === known ? { column, direction: "descending" } : sort));
}

/** What X means: Space shows a row, if the list has a preview. */
export const SELECT_KEY = "Select";

const singleKeys: Readonly<Record<string, string>> = { j: "ArrowDown", k: "ArrowUp", x: SELECT_KEY, e: "F2", m: "ContextMenu" };

interface SingleKeyPress {
  readonly key: string;
  readonly hasModifier: boolean;
}

/** Returns the key that a single key stands for, or the key itself. */
export const resolveSingleKey = ({ key, hasModifier }: SingleKeyPress, hasSingleKeys: boolean): string =>
  hasSingleKeys && !hasModifier ? (singleKeys[key] ?? key) : key;

/** Returns the next cell that can be changed: in the same row, or else the first or last one of the next or previous row. */
export function nextEditable(
  isEditable: readonly boolean[],
  { row, column }: CellPosition,
  step: -1 | 1,
  rows: number,
): CellPosition | undefined {
  const editable = isEditable.flatMap((is, index) => (is ? [index] : []));
  const inRow = step > 0 ? editable.find((index) => index > column) : editable.findLast((index) => index < column);
  if (inRow !== undefined) return { row, column: inRow };
  const first = step > 0 ? editable[0] : editable.at(-1);
  const next = row + step;
  return first === undefined || next < 0 || next >= rows ? undefined : { row: next, column: first };
}
