import { EllipsisVertical } from "lucide-react";
import { memo, useState } from "react";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "../kit/classes.ts";
import { IconButton } from "../kit/icon-button.tsx";
import { Menu } from "../kit/menu.tsx";
import { RowCheckbox } from "../kit/row-checkbox.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { frozenClass, frozenStyle } from "./grid-head.tsx";
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

function Row<R>(props: GridRowProps<R>) {
  const { columns, index, top, row, isSelected, hasSelection, focusedColumn, editedColumn } = props;
  // A menu costs as much as the rest of a row, so a row gets it with the mouse or the focus.
  const [isAwake, setAwake] = useState(false);
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={hasSelection ? isSelected : undefined}
      aria-current={props.isPreviewed || undefined}
      aria-busy={row === undefined || undefined}
      onPointerEnter={() => setAwake(true)}
      style={{ transform: `translateY(${top}px)` }}
      className={joinClasses(
        "group absolute grid h-row w-full grid-cols-(--grid-columns) border-b border-border text-control text-text",
        isSelected ? "bg-accent-subtle" : props.isPreviewed ? "bg-hover" : "bg-surface hover:bg-hover",
      )}
    >
      {columns.map((entry, column) => (
        <div
          key={entry.id}
          role={column === (hasSelection ? 1 : 0) ? "rowheader" : "gridcell"}
          aria-colindex={column + 1}
          tabIndex={focusedColumn === column ? 0 : -1}
          data-row={index}
          data-column={column}
          style={frozenStyle(entry)}
          className={joinClasses(
            "flex min-w-0 items-center outline-none focus-visible:ring-inside",
            frozenClass(entry),
            entry.column?.isNumeric === true && "justify-end tabular-nums",
            editedColumn === column ? "" : entry.column && "px-2",
          )}
        >
          <CellContent
            {...props}
            entry={entry}
            column={column}
            isEdited={editedColumn === column}
            hasMenu={isAwake || focusedColumn !== undefined}
          />
        </div>
      ))}
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
            onChange={() => onSelect(index, false)}
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
  return (
    <span
      data-content
      data-hint={entry.column?.editor || entry.column?.toggle ? t("Double-click, Enter or E changes it") : undefined}
      dir="auto"
      className="min-w-0 truncate"
    >
      {entry.column?.render(row)}
    </span>
  );
}

/** A row is drawn again only if it changed: scrolling draws new ones only. */
export const GridRow = memo(Row) as typeof Row;
