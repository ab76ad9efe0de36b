import { ArrowDown, ArrowUp, GripVertical, MoreHorizontal, Trash2 } from "lucide-react";
import type { KeyboardEvent } from "react";
import { Button } from "react-aria-components/Button";
import { GridList, GridListItem } from "react-aria-components/GridList";
import { DropIndicator, useDragAndDrop } from "react-aria-components/useDragAndDrop";
import { useText } from "../../../ui/i18n/use-text.ts";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { itemClass } from "../../../ui/kit/popover.ts";
import { dropEntries, moveEntry, numberClauses } from "./clause-rules.ts";

interface OrderedClause {
  readonly id: string;
  readonly label: string;
  readonly level: number;
  /** What is wrong with it. */
  readonly error?: string | undefined;
}

interface ClauseOrderProps {
  readonly label: string;
  readonly clauses: readonly OrderedClause[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
  /** Takes the clauses in their new order, or without one. Undefined: the user may only look. */
  readonly onOrder: ((ids: readonly string[]) => void) | undefined;
}

/** Clauses with their numbers. They are put in order by dragging, by the keys of the handle, by `Alt` and an arrow, or by a menu. */
export function ClauseOrder({ label, clauses, chosen, onChoose, onOrder }: ClauseOrderProps) {
  const t = useText();
  const ids = clauses.map(({ id }) => id);
  const numbers = numberClauses(clauses);
  const { dragAndDropHooks } = useDragAndDrop({
    isDisabled: onOrder === undefined,
    renderDropIndicator: (target) => (
      <DropIndicator target={target} className="border-t-2 border-transparent data-drop-target:border-accent" />
    ),
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target }) =>
      onOrder?.(
        dropEntries(
          ids,
          [...keys].map((key) => ids.indexOf(String(key))),
          ids.indexOf(String(target.key)),
          target.dropPosition === "after",
        ),
      ),
  });
  const move = (id: string, places: number): void => onOrder?.(moveEntry(ids, ids.indexOf(id), places));
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const id = (event.target as HTMLElement).closest<HTMLElement>("[role=row]")?.dataset.key;
    if (!onOrder || id === undefined) return;
    const places = event.altKey && event.key === "ArrowUp" ? -1 : event.altKey && event.key === "ArrowDown" ? 1 : 0;
    if (places === 0) return;
    event.preventDefault();
    event.stopPropagation();
    move(id, places);
  };
  return (
    <div onKeyDownCapture={onKeyDown} className="min-w-0 rounded-card border border-border bg-surface">
      <GridList
        aria-label={label}
        items={clauses.map((clause, index) => ({ ...clause, number: numbers[index] ?? "" }))}
        dragAndDropHooks={dragAndDropHooks}
        dependencies={[chosen, clauses]}
        className="p-1 outline-none"
      >
        {({ id, label: name, level, error, number }) => (
          <GridListItem
            id={id}
            textValue={name}
            onAction={() => onChoose(id)}
            className={joinClasses(
              itemClass,
              "data-dragging:opacity-50",
              chosen === id && "bg-accent-subtle",
              level === 2 && "ps-8",
              level === 3 && "ps-12",
            )}
          >
            {onOrder ? (
              <Button
                slot="drag"
                aria-label={t("Move {label}", { label: name })}
                className="flex size-target shrink-0 items-center justify-center rounded-small text-text-muted focus-ring"
              >
                <GripVertical />
              </Button>
            ) : null}
            <span className="shrink-0 text-control tabular-nums text-text-muted">{number}</span>
            <span className="flex min-w-0 flex-1 flex-col">
              <span dir="auto" className="truncate" title={name}>
                {name}
              </span>
              {error === undefined ? null : <span className="text-meta wrap-anywhere text-danger">{error}</span>}
            </span>
            {onOrder ? (
              <Menu
                placement="bottom end"
                trigger={<IconButton isSmall label={t("Actions for {name}", { name })} icon={<MoreHorizontal />} />}
              >
                <MenuItem label={t("Move up")} icon={<ArrowUp />} onAction={() => move(id, -1)} />
                <MenuItem label={t("Move down")} icon={<ArrowDown />} onAction={() => move(id, 1)} />
                <MenuItem
                  isDanger
                  label={t("Remove")}
                  icon={<Trash2 />}
                  onAction={() => onOrder(ids.filter((other) => other !== id))}
                />
              </Menu>
            ) : null}
          </GridListItem>
        )}
      </GridList>
    </div>
  );
}
