import { GripVertical } from "lucide-react";
import type { KeyboardEvent, ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { GridList, GridListItem } from "react-aria-components/GridList";
import { DropIndicator, useDragAndDrop } from "react-aria-components/useDragAndDrop";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "./classes.ts";
import { moveEntries } from "./order.ts";

interface OrderRowsProps<R> {
  readonly label: string;
  readonly rows: readonly R[];
  /** Returns what a row is called. */
  readonly nameRow: (row: R) => string;
  readonly render: (row: R) => ReactNode;
  /** Enter, or a click on the row. */
  readonly onOpen?: ((row: R) => void) | undefined;
  /** Takes the new order: after dragging, also by the keys of the handle. Without it the rows stay in their order. */
  readonly onOrder?: ((ids: string[]) => void) | undefined;
  /** Alt and an arrow. */
  readonly onMove?: ((id: string, places: number) => void) | undefined;
}

/** Rows that users put in order, by dragging, by the keys of the handle, or by `Alt` and an arrow. */
export function OrderRows<R extends { readonly id: string }>(props: OrderRowsProps<R>) {
  const { label, rows, nameRow, render, onOpen, onOrder, onMove } = props;
  const t = useText();
  const ids = rows.map(({ id }) => id);
  const { dragAndDropHooks } = useDragAndDrop({
    isDisabled: onOrder === undefined,
    renderDropIndicator: (target) => (
      <DropIndicator target={target} className="border-t-2 border-transparent data-drop-target:border-accent" />
    ),
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target }) =>
      onOrder?.(
        moveEntries(ids, ids, [...keys].map(String), { id: String(target.key), isAfter: target.dropPosition === "after" }),
      ),
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const places = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const id = (event.target as HTMLElement).closest<HTMLElement>("[data-row]")?.dataset.row ?? readFocused(event);
    if (!event.altKey || places === undefined || id === undefined || !onMove) return;
    event.preventDefault();
    event.stopPropagation();
    onMove(id, places);
  };
  return (
    <div onKeyDownCapture={onKeyDown}>
      <GridList
        aria-label={label}
        items={rows.map((row) => ({ id: row.id, row }))}
        dependencies={[rows, render]}
        dragAndDropHooks={dragAndDropHooks}
        keyboardNavigationBehavior="tab"
        className="flex flex-col outline-none"
      >
        {({ id, row }) => (
          <GridListItem
            id={id}
            textValue={nameRow(row)}
            onAction={onOpen ? () => onOpen(row) : undefined}
            className={joinClasses(
              "flex min-h-row min-w-0 items-center gap-2 border-b border-border px-3 py-1 text-control outline-none last:border-b-0 data-focus-visible:ring-inside data-hovered:bg-hover data-dragging:opacity-50",
            )}
          >
            {onOrder === undefined ? null : (
              <Button
                slot="drag"
                aria-label={t("Move {label}", { label: nameRow(row) })}
                className="flex size-target shrink-0 items-center justify-center rounded-small text-text-muted focus-ring"
              >
                <GripVertical />
              </Button>
            )}
            <div data-row={id} className="min-w-0 flex-1">
              {render(row)}
            </div>
          </GridListItem>
        )}
      </GridList>
    </div>
  );
}

/** The row that has the focus, itself or at its handle. */
const readFocused = ({ target }: KeyboardEvent): string | undefined =>
  (target as HTMLElement).closest("[role=row]")?.querySelector<HTMLElement>("[data-row]")?.dataset.row;
