import { type GridColumn, MENU_COLUMN, SELECT_COLUMN } from "./grid-types.ts";

/** The default width of a column, in pixels. */
export const COLUMN_WIDTH = 160;

/** Widths of the columns that are not of the record. A checkbox stands at the edge of the page and has room before the name. */
export const controlWidths = { [SELECT_COLUMN]: 48, [MENU_COLUMN]: 40 } as const;

type SizedColumn = Pick<GridColumn<unknown>, "id" | "width" | "minWidth" | "maxWidth">;
type Widths = Readonly<Record<string, number>>;

/** Returns the first columns that have room in a width. The first one always stays. */
export function fitColumns<C extends SizedColumn>(columns: readonly C[], widths: Widths, room: number): readonly C[] {
  let width = 0;
  const overflow = columns.findIndex((column, index) => {
    width += widths[column.id] ?? column.width ?? COLUMN_WIDTH;
    return index > 0 && width > room;
  });
  return overflow < 0 ? columns : columns.slice(0, overflow);
}

/** Gives the room that is left in a width to columns that may be wider, in equal parts. A column whose width the user chose keeps it. */
export function growColumns<C extends SizedColumn>(columns: readonly C[], widths: Widths, room: number): readonly C[] {
  const sizes = columns.map(({ id, width = COLUMN_WIDTH }) => widths[id] ?? width);
  const limits = columns.map(({ id, maxWidth = 0 }, index) => (widths[id] === undefined ? maxWidth : (sizes[index] ?? 0)));
  const listGrowable = (): number[] => sizes.flatMap((size, index) => (size < (limits[index] ?? 0) ? [index] : []));
  let left = room - sizes.reduce((sum, size) => sum + size, 0);
  for (let growable = listGrowable(); left >= growable.length && growable.length > 0; growable = listGrowable()) {
    const part = Math.floor(left / growable.length);
    for (const index of growable) {
      const size = sizes[index] ?? 0;
      const growth = Math.min(part, (limits[index] ?? 0) - size);
      sizes[index] = size + growth;
      left -= growth;
    }
  }
  const isSame = columns.every(({ id, width = COLUMN_WIDTH }, index) => sizes[index] === (widths[id] ?? width));
  if (isSame) return columns;
  return columns.map((column, index) => (widths[column.id] === undefined ? { ...column, width: sizes[index] } : column));
}

/** Returns the widths that columns may have where the grid lacks room. */
const listMinima = (columns: readonly SizedColumn[], widths: Widths): number[] =>
  columns.map(({ id, width = COLUMN_WIDTH, minWidth = width }) => widths[id] ?? minWidth);

/**
 * Takes the width that is missing from columns that may be narrower, in proportion to what each can give: first from those whose values have room to
 * spare, then from long texts, and from the first column at last.
 */
function shrinkColumns<C extends SizedColumn>(columns: readonly C[], widths: Widths, room: number): readonly C[] {
  const sizes = columns.map(({ id, width = COLUMN_WIDTH }) => widths[id] ?? width);
  const minima = listMinima(columns, widths);
  const isLong = ({ width = COLUMN_WIDTH, maxWidth = width }: C): boolean => maxWidth > width;
  let missing = sizes.reduce((sum, size) => sum + size, 0) - room;
  if (missing <= 0) return columns;
  for (const group of [
    columns.flatMap((column, index) => (index > 0 && !isLong(column) ? [index] : [])),
    columns.flatMap((column, index) => (index > 0 && isLong(column) ? [index] : [])),
    [0],
  ]) {
    const slack = group.map((index) => (sizes[index] ?? 0) - (minima[index] ?? 0));
    const total = slack.reduce((sum, size) => sum + size, 0);
    const taken = Math.min(missing, total);
    let left = taken;
    for (const [place, index] of group.entries()) {
      const part = Math.min(left, Math.ceil(((slack[place] ?? 0) * taken) / (total || 1)));
      sizes[index] = (sizes[index] ?? 0) - part;
      left -= part;
    }
    missing -= taken;
  }
  return columns.map((column, index) => (widths[column.id] === undefined ? { ...column, width: sizes[index] } : column));
}

/** Fills a width with whole columns, as many as it has room for. Further ones follow when the grid is scrolled, so that none is cut at its edge. */
export function arrangeColumns<C extends SizedColumn>(columns: readonly C[], widths: Widths, room: number): readonly C[] {
  let width = 0;
  const minima = listMinima(columns, widths);
  const overflow = minima.findIndex((size, index) => {
    width += size;
    return index > 0 && width > room;
  });
  const count = overflow < 0 ? columns.length : overflow;
  return [...growColumns(shrinkColumns(columns.slice(0, count), widths, room), widths, room), ...columns.slice(count)];
}
