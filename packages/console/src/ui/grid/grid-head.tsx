import {
  ArrowDown,
  ArrowLeft,
  ArrowRight,
  ArrowUp,
  ChevronsLeftRight,
  ChevronsRightLeft,
  EllipsisVertical,
  ListOrdered,
} from "lucide-react";
import { type CSSProperties, type DragEvent, memo, useState } from "react";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "../kit/classes.ts";
import { IconButton } from "../kit/icon-button.tsx";
import { Menu, MenuDivider, MenuItem } from "../kit/menu.tsx";
import { RowCheckbox } from "../kit/row-checkbox.tsx";
import { COLUMN_WIDTH_STEP, limitWidth, moveColumn, nextSorts } from "./grid-keys.ts";
import { type GridProps, type GridSort, SELECT_COLUMN } from "./grid-types.ts";
import type { ColumnModel, ModelColumn } from "./use-column-model.ts";

interface GridHeadProps<R> extends Pick<GridProps<R>, "sorts" | "onSort"> {
  readonly model: ColumnModel<R>;
  readonly focusedColumn: number | undefined;
  readonly isAllSelected: boolean;
  readonly isSomeSelected: boolean;
  readonly onSelectAll: () => void;
  readonly focusCell: (column: number) => void;
}

/** The place of a frozen column. */
export const frozenStyle = <R,>({ frozenStart, isFrozenEnd }: ModelColumn<R>): CSSProperties | undefined => {
  if (frozenStart !== undefined) return { insetInlineStart: frozenStart };
  return isFrozenEnd ? { insetInlineEnd: 0 } : undefined;
};

/** Without a checkbox, the first column starts at the edge of the page. A number has room before the text of the next column. */
export const cellPadding = <R,>({ column }: ModelColumn<R>, index: number): string => {
  if (column === undefined) return "";
  return joinClasses(index === 0 ? "ps-6" : "ps-2", column.isNumeric === true ? "ltr:pe-6 rtl:pe-2" : "pe-2");
};

function Head<R>(props: GridHeadProps<R>) {
  const { model, sorts = [], onSort, focusedColumn, focusCell } = props;
  const t = useText();
  return (
    <div role="rowgroup" className="sticky top-0 z-2 bg-surface">
      <div role="row" data-row={-1} aria-rowindex={1} className="grid h-row grid-cols-(--grid-columns) border-b border-border">
        {model.columns.map((entry, index) => {
          const sort = sorts.find(({ column }) => column === entry.id);
          return (
            <div
              key={entry.id}
              role="columnheader"
              aria-colindex={index + 1}
              aria-sort={sort?.direction}
              aria-label={entry.id === SELECT_COLUMN ? t("Selection") : undefined}
              tabIndex={focusedColumn === index ? 0 : -1}
              data-column={index}
              style={frozenStyle(entry)}
              className={joinClasses(
                "group flex min-w-0 items-center text-meta font-medium text-text-muted outline-none focus-visible:ring-inside",
                frozenStyle(entry) === undefined ? "relative" : "sticky z-1 bg-surface",
              )}
            >
              {entry.id === SELECT_COLUMN ? (
                <RowCheckbox
                  label={t("Select all rows")}
                  isSelected={props.isAllSelected}
                  isIndeterminate={props.isSomeSelected && !props.isAllSelected}
                  onChange={props.onSelectAll}
                />
              ) : entry.column === undefined ? (
                <span className="sr-only">{t("Actions")}</span>
              ) : (
                <ColumnHead
                  entry={entry}
                  padding={cellPadding(entry, index)}
                  model={model}
                  sort={sort}
                  sorts={sorts}
                  onSort={onSort}
                  focusCell={() => focusCell(index)}
                  isFocused={focusedColumn === index}
                />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** It is drawn again only if it changed, and not with each step of a scroll. */
export const GridHead = memo(Head) as typeof Head;

interface ColumnHeadProps<R> extends Pick<GridProps<R>, "sorts" | "onSort"> {
  readonly entry: ModelColumn<R>;
  /** How the rows are sorted by this column. */
  readonly sort: GridSort | undefined;
  readonly padding: string;
  readonly model: ColumnModel<R>;
  readonly focusCell: () => void;
  readonly isFocused: boolean;
}

const DRAG_TYPE = "application/x-grid-column";

/** The name of a column. It is dragged to another place, its edge to another width; its menu does the same without a mouse. */
function ColumnHead<R>({ entry, padding, model, sort, sorts = [], onSort, focusCell, isFocused }: ColumnHeadProps<R>) {
  // A menu costs as much as the rest of the head, so a column gets it with the mouse or the focus.
  const [isAwake, setAwake] = useState(false);
  const { column, frozenStart } = entry;
  const isFixed = frozenStart !== undefined;
  const drop = (event: DragEvent): void => {
    const dragged = event.dataTransfer.getData(DRAG_TYPE);
    event.preventDefault();
    if (dragged !== "" && !isFixed)
      model.setOrder(moveColumn(model.order, dragged, model.order.indexOf(entry.id) - model.order.indexOf(dragged)));
  };
  const isSortable = column?.isSortable === true && onSort !== undefined;
  return (
    <>
      <span
        draggable={!isFixed}
        onPointerEnter={() => setAwake(true)}
        onDragStart={(event) => event.dataTransfer.setData(DRAG_TYPE, entry.id)}
        onDragOver={(event) => {
          if (event.dataTransfer.types.includes(DRAG_TYPE)) event.preventDefault();
        }}
        onDrop={drop}
        data-sort={isSortable || undefined}
        className={joinClasses(
          "flex h-full min-w-0 flex-1 items-center gap-1 select-none",
          padding,
          column?.isNumeric === true && "ltr:flex-row-reverse",
        )}
      >
        <span className="truncate" title={[column?.label, column?.sortHint].filter(Boolean).join(". ")}>
          {column?.label}
        </span>
        {sort === undefined ? null : sort.direction === "ascending" ? <ArrowUp /> : <ArrowDown />}
        {sort !== undefined && sorts.length > 1 ? <span className="tabular-nums">{sorts.indexOf(sort) + 1}</span> : null}
        <span className="flex-1" />
      </span>
      <span className="absolute end-1 flex bg-surface opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 group-has-[[aria-expanded=true]]:opacity-100">
        {isAwake || isFocused ? (
          <ColumnMenu entry={entry} model={model} sorts={sorts} onSort={isSortable ? onSort : undefined} focusCell={focusCell} />
        ) : null}
      </span>
      <span
        aria-hidden="true"
        data-resize
        onMouseDown={entry.resizeHandler}
        onTouchStart={entry.resizeHandler}
        className="absolute inset-y-0 end-0 z-1 w-1 cursor-col-resize touch-none hover:bg-accent"
      />
    </>
  );
}

function ColumnMenu<R>({
  entry,
  model,
  sorts = [],
  onSort,
  focusCell,
}: Omit<ColumnHeadProps<R>, "sort" | "isFocused" | "padding">) {
  const t = useText();
  const { label = "", sortHint } = entry.column ?? {};
  const place = model.order.indexOf(entry.id);
  const isFixed = entry.frozenStart !== undefined;
  const actions: Record<string, () => void> = {
    ascending: () => onSort?.([{ column: entry.id, direction: "ascending" }]),
    descending: () => onSort?.([{ column: entry.id, direction: "descending" }]),
    added: () => onSort?.(nextSorts(sorts, entry.id, true)),
    earlier: () => model.setOrder(moveColumn(model.order, entry.id, -1)),
    later: () => model.setOrder(moveColumn(model.order, entry.id, 1)),
    wider: () => model.setWidth(entry.id, limitWidth(entry.width + 4 * COLUMN_WIDTH_STEP)),
    narrower: () => model.setWidth(entry.id, limitWidth(entry.width - 4 * COLUMN_WIDTH_STEP)),
  };
  return (
    <Menu
      trigger={<IconButton isSmall excludeFromTabOrder label={t("Column {label}", { label })} icon={<EllipsisVertical />} />}
      onAction={(key) => actions[String(key)]?.()}
      onOpenChange={(isOpen) => {
        // React Aria gives the focus back to the button first.
        if (!isOpen) requestAnimationFrame(focusCell);
      }}
    >
      {onSort === undefined && sortHint === undefined ? null : (
        <>
          <MenuItem
            id="ascending"
            label={t("Sort ascending")}
            icon={<ArrowUp />}
            isDisabled={sortHint !== undefined}
            {...(sortHint === undefined ? {} : { description: sortHint })}
          />
          <MenuItem id="descending" label={t("Sort descending")} icon={<ArrowDown />} isDisabled={sortHint !== undefined} />
          {sorts.length > 0 && sorts.every(({ column }) => column !== entry.id) ? (
            <MenuItem id="added" label={t("Then sort by this")} icon={<ListOrdered />} isDisabled={sortHint !== undefined} />
          ) : null}
          <MenuDivider />
        </>
      )}
      <MenuItem
        id="earlier"
        label={t("Move towards the start")}
        icon={<ArrowLeft className="mirror" />}
        isDisabled={isFixed || place <= 1}
      />
      <MenuItem
        id="later"
        label={t("Move towards the end")}
        icon={<ArrowRight className="mirror" />}
        isDisabled={isFixed || place === model.order.length - 1}
      />
      <MenuDivider />
      <MenuItem id="wider" label={t("Wider")} icon={<ChevronsLeftRight />} />
      <MenuItem id="narrower" label={t("Narrower")} icon={<ChevronsRightLeft />} />
    </Menu>
  );
}
