import { ArrowDown, ArrowUp, Copy, Ellipsis, GripVertical, Pencil, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { GridList, GridListItem } from "react-aria-components/GridList";
import { DropIndicator, useDragAndDrop } from "react-aria-components/useDragAndDrop";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { findDropPlace } from "./rule-shape.ts";

interface SentenceRow {
  readonly id: string;
  readonly name: string;
  readonly sentence: string;
  /** Stands after the name, such as a status. */
  readonly tag?: ReactNode;
  readonly error?: string | undefined;
}

interface RuleListProps {
  readonly label: string;
  readonly rows: readonly SentenceRow[];
  /** Whether the order decides, so that the rows have numbers. */
  readonly isOrdered: boolean;
  readonly onOpen: (index: number) => void;
  /** Undefined: the user may not change the rules. */
  readonly onMove?: (from: number, to: number) => void;
  readonly onCopy?: (index: number) => void;
  readonly onRemove?: (index: number) => void;
}

/** Rules in their order, each as a sentence. They move by dragging, by the keys of the handle, or by the menu; on a phone by the menu alone. */
export function RuleList({ label, rows, isOrdered, onOpen, onMove, onCopy, onRemove }: RuleListProps) {
  const t = useText();
  const place = (id: string): number => rows.findIndex((row) => row.id === id);
  const { dragAndDropHooks } = useDragAndDrop({
    renderDropIndicator: (target) => (
      <DropIndicator target={target} className="border-t-2 border-transparent data-drop-target:border-accent" />
    ),
    getItems: (keys) => [...keys].map((key) => ({ "text/plain": String(key) })),
    onReorder: ({ keys, target }) => {
      const [key] = keys;
      const from = place(String(key));
      onMove?.(from, findDropPlace(from, place(String(target.key)), target.dropPosition === "after"));
    },
  });
  return (
    <GridList
      aria-label={label}
      items={rows}
      // The rows show what the page computes, and the list would keep what it has drawn for a row that is the same.
      dependencies={[rows, onMove]}
      {...(onMove ? { dragAndDropHooks } : {})}
      className="flex min-w-0 flex-col overflow-hidden rounded-card border border-border bg-surface outline-none"
    >
      {(row) => {
        const index = place(row.id);
        return (
          <GridListItem
            id={row.id}
            textValue={row.name}
            onAction={() => onOpen(index)}
            className="group flex min-w-0 cursor-default items-start gap-2 border-b border-border px-3 py-2 outline-none last:border-b-0 data-dragging:opacity-50 data-focus-visible:ring-inside data-hovered:bg-hover"
          >
            {onMove ? (
              <Button
                slot="drag"
                aria-label={t("Move {label}", { label: row.name })}
                className="hidden size-target shrink-0 items-center justify-center rounded-small text-text-muted focus-ring tablet:flex"
              >
                <GripVertical />
              </Button>
            ) : null}
            {isOrdered ? (
              <span className="min-h-target shrink-0 content-center text-end tablet:w-6 text-control tabular-nums text-text-muted">
                {formatCount(index + 1)}
              </span>
            ) : null}
            <span className="flex min-w-0 flex-1 flex-col">
              <span className="flex min-h-target min-w-0 flex-wrap items-center gap-x-2">
                <span dir="auto" className="min-w-0 text-control font-medium wrap-anywhere">
                  {row.name}
                </span>
                {row.tag}
              </span>
              <span dir="auto" className={"text-control wrap-anywhere text-text-muted"}>
                {row.sentence}
              </span>
              {row.error === undefined ? null : <span className="text-meta wrap-anywhere text-danger">{row.error}</span>}
            </span>
            {onMove ? (
              <Menu
                placement="bottom end"
                trigger={<IconButton isSmall label={t("Actions for {name}", { name: row.name })} icon={<Ellipsis />} />}
                disabledKeys={[...(index === 0 ? ["up"] : []), ...(index === rows.length - 1 ? ["down"] : [])]}
                onAction={(key) => {
                  if (key === "edit") onOpen(index);
                  else if (key === "up") onMove(index, index - 1);
                  else if (key === "down") onMove(index, index + 1);
                  else if (key === "copy") onCopy?.(index);
                  else onRemove?.(index);
                }}
              >
                <MenuItem id="edit" label={t("Edit")} icon={<Pencil />} />
                <MenuItem id="up" label={t("Move up")} icon={<ArrowUp />} />
                <MenuItem id="down" label={t("Move down")} icon={<ArrowDown />} />
                {onCopy ? <MenuItem id="copy" label={t("Duplicate")} icon={<Copy />} /> : null}
                {onRemove ? <MenuItem id="remove" label={t("Remove")} icon={<Trash2 />} isDanger /> : null}
              </Menu>
            ) : null}
          </GridListItem>
        );
      }}
    </GridList>
  );
}
