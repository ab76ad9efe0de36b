import { type CSSProperties, type PointerEvent, type ReactNode, useCallback, useRef } from "react";
import { useText } from "../i18n/use-text.ts";
import { GridHead } from "./grid-head.tsx";
import { GridRow } from "./grid-row.tsx";
import type { GridProps, GridSort } from "./grid-types.ts";
import { useGrid } from "./use-grid.ts";

/** Widths of the columns. The last text takes the room that is left: a number would stand far from the others. */
function listTracks(
  columns: readonly { readonly column: { readonly isNumeric?: boolean | undefined } | undefined; readonly width: number }[],
): string {
  const lastText = columns.findLastIndex(({ column }) => column !== undefined && column.isNumeric !== true);
  const last = lastText < 0 ? columns.findLastIndex(({ column }) => column !== undefined) : lastText;
  return columns.map(({ width }, index) => (index === last ? `minmax(${width}px, 1fr)` : `${width}px`)).join(" ");
}

/** What is cut off is shown on hover, or else how the cell is changed. Rows that scroll under a mouse at rest need no hint. */
function showHint({ target }: PointerEvent, editHint: string): void {
  const content = (target as HTMLElement).closest<HTMLElement>("[data-content]");
  if (!content) return;
  const hint = content.dataset.editable === undefined ? "" : editHint;
  const isCut = [content, content.firstElementChild].some((box) => box !== null && box.scrollWidth > box.clientWidth);
  content.title = isCut ? (content.textContent ?? "") : hint;
}

/** Marks whether columns are scrolled under the frozen ones, and whether the last one is in view. */
function markScroll(scroller: HTMLElement): void {
  const shift = Math.abs(scroller.scrollLeft);
  scroller.toggleAttribute("data-shifted", shift !== 0);
  scroller.toggleAttribute("data-ended", shift + scroller.clientWidth >= scroller.scrollWidth - 1);
}

/**
 * Records as rows. It is one stop of the tab key. Arrows, Home, End, Page Up, Page Down, J and K move; Enter opens or changes a cell, F2 or E changes it,
 * Tab goes on to the next one, X chooses a row, Shift and an arrow choose several, and Space shows it beside the list; on the head Enter sorts, Alt and an arrow move the column, Shift and an
 * arrow change its width.
 */
export function Grid<R>(props: GridProps<R>) {
  const t = useText();
  const { label, getRow, getRowId, rowMenu, sorts, onSort } = props;
  const chosen = props.selection;
  const { scroller, probe, model, window, selection, active, edited, focusCell, finishEdit, isCut, handlers } = useGrid(props);
  const frame = {
    "--grid-columns": listTracks(model.columns),
    scrollPaddingInlineStart: model.frozenWidth,
    scrollPaddingBlockStart: window.height,
  } as CSSProperties;
  const latestMenu = useRef(rowMenu);
  latestMenu.current = rowMenu;
  const latestSort = useRef(onSort);
  latestSort.current = onSort;
  const sortColumn = useCallback((next: readonly GridSort[]): void => latestSort.current?.(next), []);
  const focusHead = useCallback((column: number): void => focusCell({ row: -1, column }), [focusCell]);
  const renderMenu = useCallback((row: R): ReactNode => latestMenu.current?.(row), []);
  const isSelected = (row: R | undefined): boolean => row !== undefined && chosen?.has(getRowId(row)) === true;
  const loadedCount = chosen?.size ?? 0;
  return (
    <div className="relative h-full min-h-0 min-w-0 overflow-hidden">
      <div
        ref={scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={props.rowCount + 1}
        aria-colcount={model.columns.length}
        aria-multiselectable={chosen === undefined ? undefined : true}
        {...handlers}
        data-cut={isCut || undefined}
        onScroll={({ currentTarget }) => markScroll(currentTarget)}
        onPointerMove={(event) => showHint(event, t("Double-click, Enter or E changes it"))}
        style={frame}
        className="peer relative size-full overflow-auto bg-surface"
      >
        <div ref={probe} aria-hidden="true" className="invisible absolute h-row" />
        <div role="presentation" className="min-w-max">
          <GridHead
            model={model}
            sorts={sorts}
            onSort={onSort && sortColumn}
            focusedColumn={active.row < 0 ? active.column : undefined}
            focusCell={focusHead}
            isAllSelected={loadedCount > 0 && loadedCount === window.count}
            isSomeSelected={loadedCount > 0}
            onSelectAll={selection.toggleAll}
          />
          <div role="rowgroup" className="relative" style={{ blockSize: window.totalHeight }}>
            {window.rows.map(({ index, top, slot }) => {
              const row = getRow(index);
              return (
                <GridRow
                  key={slot}
                  columns={model.columns}
                  index={index}
                  top={top}
                  row={row}
                  isSelected={isSelected(row)}
                  isPreviewed={row !== undefined && props.previewed === getRowId(row)}
                  hasSelection={chosen !== undefined}
                  focusedColumn={active.row === index ? active.column : undefined}
                  editedColumn={edited?.row === index ? edited.column : undefined}
                  rowMenu={rowMenu && renderMenu}
                  onSelect={selection.select}
                  onFinish={finishEdit}
                />
              );
            })}
          </div>
        </div>
      </div>
      <div
        aria-hidden="true"
        className="pointer-events-none absolute inset-y-0 -end-2 z-3 hidden w-2 shadow-edge peer-data-cut:block peer-data-ended:hidden"
      />
    </div>
  );
}
