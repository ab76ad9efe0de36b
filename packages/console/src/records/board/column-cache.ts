import type { Page } from "@crm/sdk/index.ts";
import type { InfiniteData } from "@tanstack/react-query";
import type { RecordData } from "../../api/kind.ts";
import type { CardPlace } from "../rows/card-order.ts";

/** Changes the loaded rows of a column, so that a moved card is at its place before the server has answered. */
export type ColumnData = InfiniteData<Page<RecordData>>;

const changePages = (
  { pages, pageParams }: ColumnData,
  change: (rows: readonly RecordData[], index: number) => readonly RecordData[],
  countChange: number,
): ColumnData => ({
  pageParams,
  pages: pages.map(({ data, meta }, index) => ({
    data: change(data, index),
    meta: { ...meta, ...(meta.total === undefined ? {} : { total: Math.max(0, meta.total + countChange) }) },
  })),
});

const hasRow = ({ pages }: ColumnData, id: string): boolean => pages.some(({ data }) => data.some((row) => row.id === id));

export const removeRow = (column: ColumnData | undefined, id: string): ColumnData | undefined =>
  column && hasRow(column, id) ? changePages(column, (rows) => rows.filter((row) => row.id !== id), -1) : column;

export const listIds = (column: ColumnData | undefined): string[] =>
  column?.pages.flatMap(({ data }) => data.map(({ id }) => id)) ?? [];

/** Puts a row first, or at a place. A row that is there already is replaced where it is. */
export function putRow(column: ColumnData | undefined, row: RecordData, place?: CardPlace): ColumnData | undefined {
  if (!column) return column;
  if (hasRow(column, row.id)) return changePages(column, (rows) => rows.map((other) => (other.id === row.id ? row : other)), 0);
  if (!place) return changePages(column, (rows, index) => (index === 0 ? [row, ...rows] : rows), 1);
  const neighbor = place.after_id ?? place.before_id;
  const lastPage = column.pages.length - 1;
  return changePages(
    column,
    (rows, index) => {
      // The last place of a column is shown with its last page.
      if (neighbor === undefined) return index === lastPage && !column.pages[lastPage]?.meta.next_cursor ? [...rows, row] : rows;
      const at = rows.findIndex(({ id }) => id === neighbor);
      return at < 0 ? rows : rows.toSpliced(place.after_id === undefined ? at : at + 1, 0, row);
    },
    1,
  );
}
