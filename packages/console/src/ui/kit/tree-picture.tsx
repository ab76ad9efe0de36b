import { type DragEvent, type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { joinClasses } from "./classes.ts";
import { PlacedBox } from "./placed-box.tsx";
import { findTreeStep, layoutTree, type TreeEntry, type TreeSizes } from "./tree-layout.ts";

interface TreePictureProps<E extends TreeEntry> {
  readonly label: string;
  readonly entries: readonly E[];
  readonly sizes: TreeSizes;
  /** The rows stand below each other, indented, as on a phone. */
  readonly isIndented: boolean;
  /** The entry that the page is about. */
  readonly selected?: string | undefined;
  /** What screen readers say of an entry. */
  readonly describe: (entry: E) => string;
  readonly render: (entry: E) => ReactNode;
  readonly onToggle: (entry: E) => void;
  /** Enter. */
  readonly onOpen: (entry: E) => void;
  /** Whether an entry can be dragged onto another one, and what follows. */
  readonly drag?: {
    readonly canStart: (entry: E) => boolean;
    readonly canDrop: (dragged: E, target: E) => boolean;
    readonly onDrop: (dragged: E, target: E) => void;
  };
}

const DRAG_TYPE = "application/x-tree-entry";
/** Deeper levels are not indented further, so that names keep their room. */
const MAX_INDENTED_LEVEL = 6;
const INDENT = 16;

/** A tree with a box for each entry, and lines between them. It has one tab stop: arrows move, open and close, Enter opens, `m` opens the menu of the box. */
export function TreePicture<E extends TreeEntry>(props: TreePictureProps<E>) {
  const { label, entries, sizes, isIndented, selected, describe, render, onToggle, onOpen, drag } = props;
  const { direction } = useLocale();
  const frame = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<string>();
  const [dragged, setDragged] = useState<E>();
  const [over, setOver] = useState<string>();
  const stop = entries.some(({ id }) => id === focused) ? focused : (entries.find(({ id }) => id === selected) ?? entries[0])?.id;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, entry: E): void => {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = findTreeStep(entries, entry.id, event.key, { isRightToLeft: direction === "rtl" });
    if (step && "toggle" in step) onToggle(entry);
    else if (step) frame.current?.querySelector<HTMLElement>(`[data-entry="${step.focus}"]`)?.focus();
    else if (event.key === "Enter") onOpen(entry);
    else if (event.key === " " && entry.isExpanded !== undefined) onToggle(entry);
    else if (event.key === "m") event.currentTarget.querySelector<HTMLElement>("[aria-haspopup]")?.click();
    else return;
    event.preventDefault();
  };
  const dragProps = (entry: E) => {
    if (!drag) return {};
    const isTarget = dragged !== undefined && dragged.id !== entry.id && drag.canDrop(dragged, entry);
    return {
      draggable: drag.canStart(entry),
      onDragStart: (event: DragEvent) => {
        event.dataTransfer.setData(DRAG_TYPE, entry.id);
        event.dataTransfer.effectAllowed = "move";
        setDragged(entry);
      },
      onDragEnd: () => {
        setDragged(undefined);
        setOver(undefined);
      },
      onDragOver: (event: DragEvent) => {
        if (!isTarget) return;
        event.preventDefault();
        setOver(entry.id);
      },
      onDragLeave: () => setOver(undefined),
      onDrop: (event: DragEvent) => {
        event.preventDefault();
        setOver(undefined);
        if (isTarget) drag.onDrop(dragged, entry);
      },
    };
  };
  const itemProps = (entry: E) => ({
    role: "treeitem",
    "data-entry": entry.id,
    "aria-label": describe(entry),
    "aria-level": entry.level,
    "aria-posinset": entry.place,
    "aria-setsize": entry.count,
    "aria-expanded": entry.isExpanded,
    "aria-selected": entry.id === selected,
    tabIndex: entry.id === stop ? 0 : -1,
    onFocus: () => setFocused(entry.id),
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => onKeyDown(event, entry),
    ...dragProps(entry),
  });
  const itemClass = (entry: E): string =>
    joinClasses(
      "rounded-card border bg-surface focus-ring",
      entry.id === over ? "border-accent bg-accent-subtle" : entry.id === selected ? "border-accent" : "border-border",
      entry.id === dragged?.id && "opacity-50",
    );
  if (isIndented)
    return (
      <div ref={frame} role="tree" aria-label={label} className="flex min-w-0 flex-col gap-2">
        {entries.map((entry) => (
          <div
            key={entry.id}
            {...itemProps(entry)}
            className={itemClass(entry)}
            style={{ marginInlineStart: (Math.min(entry.level, MAX_INDENTED_LEVEL) - 1) * INDENT }}
          >
            {render(entry)}
          </div>
        ))}
      </div>
    );
  const { places, lines, width, height } = layoutTree(entries, sizes);
  const byId = new Map(places.map((place) => [place.id, place]));
  return (
    <div className="overflow-auto p-1">
      <div
        ref={frame}
        role="tree"
        aria-label={label}
        className="relative"
        style={{ inlineSize: `${width}px`, blockSize: `${height}px` }}
      >
        <svg
          aria-hidden="true"
          viewBox={`0 0 ${Math.max(width, 1)} ${Math.max(height, 1)}`}
          className="absolute inset-0 size-full fill-none stroke-border-strong rtl:-scale-x-100"
        >
          {lines.map(({ id, path }) => (
            <path key={id} d={path} />
          ))}
        </svg>
        {entries.map((entry) => {
          const { x = 0, y = 0 } = byId.get(entry.id) ?? {};
          return (
            <PlacedBox
              key={entry.id}
              {...itemProps(entry)}
              top={y / height}
              height={sizes.height / height}
              start={x / width}
              width={sizes.width / width}
              className={itemClass(entry)}
            >
              {render(entry)}
            </PlacedBox>
          );
        })}
      </div>
    </div>
  );
}
