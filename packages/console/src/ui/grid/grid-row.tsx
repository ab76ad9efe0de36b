import { EllipsisVertical } from "lucide-react";
import { memo, useState } from "react";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "../kit/classes.ts";
import { IconButton } from "../kit/icon-button.tsx";
import { Menu } from "../kit/menu.tsx";
import { RowCheckbox } from "../kit/row-checkbox.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { cellPadding, frozenStyle } from "./grid-head.tsx";
import type { CellPosition } from "./grid-keys.ts";
import { type EditStep, type GridProps, MENU_COLUMN, SELECT_COLUMN } from "./grid-types.ts";
import type { ModelColumn } from "./use-column-model.ts";

interface GridRowProps<R> {
  readonly columns: readonly ModelColumn<R>[];
  readonly index: number;
  readonly top: number;
  /** Undefined while the row loads. */
  readonly row: R | undefined;
  readonly isSelected: boolean;
  readonly isPreviewed: boolean;
  readonly hasSelection: boolean;
  readonly focusedColumn: number | undefined;
  readonly editedColumn: number | undefined;
  readonly rowMenu: GridProps<R>["rowMenu"];
  readonly onSelect: (index: number, isRange: boolean) => void;
  readonly onFinish: (cell: CellPosition, edit: { readonly value: unknown } | undefined, step: EditStep | undefined) => void;
}

/**
 * A cell is sticky only while columns are scrolled under it, because each sticky cell is a layer of the browser. The cell at the end lies over others while
 * its row has the mouse or the focus. `background` is that of the row: with `inherit`, all cells would be computed again whenever the row moves.
 */
function frozenClass<R>({ frozenStart, isFrozenEnd }: ModelColumn<R>, background: string): string {
  // It covers the column that has no room, as the head does.
  if (isFrozenEnd)
    return joinClasses("in-data-cut:sticky group-focus-within:sticky group-focus-within:bg-hover group-hover:sticky", background);
  return frozenStart === undefined ? "" : joinClasses("z-1 in-data-shifted:sticky", background);
}

function Row<R>(props: GridRowProps<R>) {
  const { columns, index, top, row, isSelected, hasSelection, focusedColumn, editedColumn } = props;
  // A menu costs as much as the rest of a row, so a row gets it when the mouse moves over it, or with the focus.
  const [awakeRow, setAwakeRow] = useState<number>();
  const background = isSelected || props.isPreviewed ? "bg-accent-subtle" : "bg-surface group-hover:bg-hover";
  return (
    <div
      role="row"
      data-row={index}
      aria-rowindex={index + 2}
      aria-selected={hasSelection ? isSelected : undefined}
      aria-current={props.isPreviewed || undefined}
      aria-busy={row === undefined || undefined}
      onPointerMove={() => setAwakeRow(index)}
      style={{ insetBlockStart: top }}
      className={joinClasses(
        "group absolute grid h-row w-full contain-layout contain-size grid-cols-(--grid-columns) border-b border-border text-control text-text",
        isSelected || props.isPreviewed ? "bg-accent-subtle" : "bg-surface hover:bg-hover",
      )}
    >
      {columns.map((entry, column) => {
        const isText = entry.column !== undefined && row !== undefined && editedColumn !== column;
        return (
          <div
            key={entry.id}
            role={column === (hasSelection ? 1 : 0) ? "rowheader" : "gridcell"}
            aria-colindex={column + 1}
            tabIndex={focusedColumn === column ? 0 : -1}
            data-column={column}
            data-content={isText || undefined}
            data-editable={(isText && (entry.column?.editor ?? entry.column?.toggle) !== undefined) || undefined}
            style={frozenStyle(entry)}
            className={joinClasses(
              "min-w-0 outline-none focus-visible:ring-inside",
              frozenClass(entry, background),
              isText ? "cell-text" : "flex items-center",
              !isText ? "" : entry.column?.isNumeric === true ? "text-number" : "text-own-direction",
              editedColumn === column ? "" : cellPadding(entry, column),
            )}
          >
            <CellContent
              {...props}
              entry={entry}
              column={column}
              isEdited={editedColumn === column}
              hasMenu={awakeRow === index || focusedColumn !== undefined}
            />
          </div>
        );
      })}
    </div>
  );
}

interface CellContentProps<R> extends GridRowProps<R> {
  readonly entry: ModelColumn<R>;
  readonly column: number;
  readonly isEdited: boolean;
  readonly hasMenu: boolean;
}

function CellContent<R>({
  entry,
  column,
  isEdited,
  row,
  index,
  isSelected,
  rowMenu,
  onSelect,
  onFinish,
  hasMenu,
}: CellContentProps<R>) {
  const t = useText();
  if (entry.id === SELECT_COLUMN)
    return (
      <span className="flex size-full">
        {row === undefined ? null : (
          <RowCheckbox
            label={t("Select row {number}", { number: index + 1 })}
            isSelected={isSelected}
            onChange={(isRange) => onSelect(index, isRange)}
          />
        )}
      </span>
    );
  if (entry.id === MENU_COLUMN)
    return row === undefined || !hasMenu ? null : (
      <span className="flex w-full justify-center opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 group-has-[[aria-expanded=true]]:opacity-100">
        <Menu
          placement="bottom end"
          trigger={
            <IconButton
              isSmall
              excludeFromTabOrder
              label={t("Actions of row {number}", { number: index + 1 })}
              icon={<EllipsisVertical />}
            />
          }
        >
          {rowMenu?.(row)}
        </Menu>
      </span>
    );
  if (row === undefined) return <Skeleton width="medium" />;
  if (isEdited)
    return entry.column?.editor?.({
      row,
      commit: (value, step) => onFinish({ row: index, column }, { value }, step),
      cancel: (step) => onFinish({ row: index, column }, undefined, step),
    });
  return entry.column?.render(row);
}

/** A row is drawn again only if it changed: scrolling draws new ones only. */
export const GridRow = memo(Row) as typeof Row;
