import {
  columnOrderingFeature,
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  functionalUpdate,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useCallback, useMemo, useRef, useState } from "react";
import { COLUMN_WIDTH, controlWidths } from "./column-fit.ts";
import { MAX_COLUMN_WIDTH, MIN_COLUMN_WIDTH } from "./grid-keys.ts";
import { type GridColumn, type GridLayout, type GridProps, MENU_COLUMN, SELECT_COLUMN } from "./grid-types.ts";

const features = tableFeatures({
  columnOrderingFeature,
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
});

const defineControl = (id: keyof typeof controlWidths) => ({ id, size: controlWidths[id], minSize: controlWidths[id] });

/** The table has columns only: rows come from the window, because a list has more than a table can hold. */
const NO_ROWS: never[] = [];

type ColumnModelOptions<R> = Pick<GridProps<R>, "columns" | "layout" | "onLayoutChange"> & {
  readonly hasSelection: boolean;
  readonly hasMenu: boolean;
  readonly direction: "ltr" | "rtl";
  /** Whether the first column stays in view. In a narrow frame it would leave no room for the others. */
  readonly isFrozen: boolean;
};

/** Order, widths and frozen columns of a grid. */
export function useColumnModel<R>({
  columns,
  layout,
  onLayoutChange,
  hasSelection,
  hasMenu,
  direction,
  isFrozen,
}: ColumnModelOptions<R>) {
  const [ownLayout, setOwnLayout] = useState<GridLayout>({ order: [], widths: {} });
  const current = layout ?? ownLayout;
  const latestChange = useRef(onLayoutChange);
  latestChange.current = onLayoutChange;
  const change = useCallback((next: GridLayout): void => {
    setOwnLayout(next);
    latestChange.current?.(next);
  }, []);
  const [first] = columns;
  const definitions = useMemo(
    () => [
      ...(hasSelection ? [defineControl(SELECT_COLUMN)] : []),
      ...columns.map(({ id, width }) => ({ id, size: width ?? COLUMN_WIDTH })),
      ...(hasMenu ? [defineControl(MENU_COLUMN)] : []),
    ],
    [columns, hasSelection, hasMenu],
  );
  const columnPinning = useMemo(
    () => ({
      start: isFrozen ? [...(hasSelection ? [SELECT_COLUMN] : []), first?.id ?? ""] : [],
      end: isFrozen && hasMenu ? [MENU_COLUMN] : [],
    }),
    [first, hasSelection, hasMenu, isFrozen],
  );
  const columnOrder = [SELECT_COLUMN, ...current.order];
  const columnSizing = { ...current.widths };
  const table = useTable({
    features,
    columns: definitions,
    data: NO_ROWS,
    defaultColumn: { minSize: MIN_COLUMN_WIDTH, maxSize: MAX_COLUMN_WIDTH },
    columnResizeMode: "onChange",
    columnResizeDirection: direction,
    state: { columnOrder, columnSizing, columnPinning },
    onColumnOrderChange: (updater) =>
      change({ ...current, order: functionalUpdate(updater, columnOrder).filter((id) => id !== SELECT_COLUMN) }),
    onColumnSizingChange: (updater) => change({ ...current, widths: functionalUpdate(updater, columnSizing) }),
  });
  const byId = useMemo(() => new Map<string, GridColumn<R>>(columns.map((column) => [column.id, column])), [columns]);
  // Rows are drawn again only if their columns changed. The table is another object in each render.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is read of the table changes with these
  const modelColumns = useMemo(() => {
    const headers = new Map(table.getLeafHeaders().map((header) => [header.column.id, header]));
    const leaves = [
      ...table.getStartVisibleLeafColumns(),
      ...table.getCenterVisibleLeafColumns(),
      ...table.getEndVisibleLeafColumns(),
    ];
    return leaves.map((column) => ({
      id: column.id,
      column: byId.get(column.id),
      width: column.getSize(),
      /** Pixels from the edge at which the column is frozen. */
      frozenStart: column.getIsPinned() === "start" ? column.getStart("start") : undefined,
      isFrozenEnd: column.getIsPinned() === "end",
      resizeHandler: headers.get(column.id)?.getResizeHandler(),
    }));
  }, [byId, definitions, columnPinning, current]);
  const [frozenWidth, width] = [table.getStartTotalSize(), table.getTotalSize()];
  return useMemo(
    () => ({
      columns: modelColumns,
      frozenWidth,
      width,
      order: columns.map(({ id }) => id).sort((a, b) => positionIn(current.order, a) - positionIn(current.order, b)),
      setOrder: (order: string[]) => change({ ...current, order }),
      setWidth: (id: string, size: number) => change({ ...current, widths: { ...current.widths, [id]: size } }),
    }),
    [modelColumns, frozenWidth, width, columns, current, change],
  );
}

/** Columns that the order does not name follow those that it names. */
const positionIn = (order: readonly string[], id: string): number => {
  const position = order.indexOf(id);
  return position < 0 ? order.length : position;
};

export type ColumnModel<R> = ReturnType<typeof useColumnModel<R>>;
export type ModelColumn<R> = ColumnModel<R>["columns"][number];
