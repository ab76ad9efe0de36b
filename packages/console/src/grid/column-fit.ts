import { type GridColumn, MENU_COLUMN, SELECT_COLUMN } from "./grid-types.ts";

/** The default width of a column, in pixels. */
export const COLUMN_WIDTH = 160;

/** Widths of the columns that are not of the record. A checkbox stands at the edge of the page and has room before the name. */
export const controlWidths = { [SELECT_COLUMN]: 48, [MENU_COLUMN]: 40 } as const;

type SizedColumn = Pick<GridColumn<unknown>, "id" | "width">;

/** Returns the first columns that have room in a width. The first one always stays. */
export function fitColumns<C extends SizedColumn>(
  columns: readonly C[],
  widths: Readonly<Record<string, number>>,
  room: number,
): readonly C[] {
  let width = 0;
  const overflow = columns.findIndex((column, index) => {
    width += widths[column.id] ?? column.width ?? COLUMN_WIDTH;
    return index > 0 && width > room;
  });
  return overflow < 0 ? columns : columns.slice(0, overflow);
}
