import { GripVertical } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { GridList, GridListItem } from "react-aria-components/GridList";
import { DropIndicator, useDragAndDrop } from "react-aria-components/useDragAndDrop";
import { useText } from "../i18n/use-text.ts";
import { Checkbox } from "./checkbox.tsx";
import { joinClasses } from "./classes.ts";
import { moveEntries } from "./order.ts";
import { itemClass } from "./popover.ts";

interface OrderEntry {
  readonly id: string;
  readonly label: string;
}

interface OrderListProps {
  readonly label: string;
  /** The chosen ones first, in their order. */
  readonly entries: readonly OrderEntry[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Entries that the user chooses and puts in order, by dragging or by the keys of the handle. */
export function OrderList({ label, entries, chosen, onChange }: OrderListProps) {
  const t = useText();
  const toggle = (id: string): void => onChange(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  const { dragAndDropHooks } = useDragAndDrop({
    renderDropIndicator: (target) => (
      <DropIndicator target={target} className="border-t-2 border-transparent data-drop-target:border-accent" />
    ),
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target }) =>
      onChange(
        moveEntries(
          entries.map(({ id }) => id),
          chosen,
          [...keys].map(String),
          { id: String(target.key), isAfter: target.dropPosition === "after" },
        ),
      ),
  });
  return (
    <GridList
      aria-label={label}
      items={entries}
      dragAndDropHooks={dragAndDropHooks}
      className="max-h-panel overflow-auto p-1 outline-none"
    >
      {({ id, label: name }) => (
        <GridListItem
          id={id}
          textValue={name}
          onAction={() => toggle(id)}
          className={joinClasses(itemClass, "data-dragging:opacity-50")}
        >
          <Button
            slot="drag"
            aria-label={t("Move {label}", { label: name })}
            className="flex size-target shrink-0 items-center justify-center rounded-small text-text-muted focus-ring"
          >
            <GripVertical />
          </Button>
          <Checkbox excludeFromTabOrder aria-label={name} isSelected={chosen.includes(id)} onChange={() => toggle(id)} />
          <span dir="auto" className="min-w-0 flex-1 truncate" title={name}>
            {name}
          </span>
        </GridListItem>
      )}
    </GridList>
  );
}
