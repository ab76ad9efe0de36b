import { type ReactNode, useEffect, useRef } from "react";
import { type DropItem, useDrop } from "react-aria/useDrop";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "../kit/classes.ts";

interface ColumnDropProps {
  readonly name: string;
  /** The type that cards have that may come here. */
  readonly type: string;
  readonly onDrop: (items: readonly DropItem[]) => void;
  /** The ids of the cards in the column. */
  readonly ids: readonly string[];
  readonly children: ReactNode;
}

/**
 * Takes cards as a whole, where users do not choose their order. The list in it does not know of the drag, so that a step from column to column
 * draws no card again. By keyboard and screen reader the target is a button that is there while a card is dragged.
 */
export function ColumnDrop({ name, type, onDrop, ids, children }: ColumnDropProps) {
  const t = useText();
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLDivElement>(null);
  const known = useRef<ReadonlySet<string>>(undefined);
  const { dropProps, dropButtonProps, isDropTarget } = useDrop({
    ref: button,
    hasDropButton: true,
    getDropOperation: (types) => (types.has(type) ? "move" : "cancel"),
    onDrop: ({ items }) => {
      if (button.current === document.activeElement) known.current = new Set(ids);
      onDrop(items);
    },
  });
  const { isDisabled: _, ...targetProps } = dropButtonProps ?? {};
  // A card that the keyboard has dropped has the focus in its new column.
  useEffect(() => {
    const id = known.current && ids.find((candidate) => !known.current?.has(candidate));
    if (id === undefined) return undefined;
    known.current = undefined;
    const timer = setTimeout(() =>
      frame.current
        ?.querySelector(`[data-card="${CSS.escape(id)}"]`)
        ?.closest<HTMLElement>("[role=row]")
        ?.focus(),
    );
    return () => clearTimeout(timer);
  }, [ids]);
  return (
    <div
      {...dropProps}
      ref={frame}
      className={joinClasses(
        "relative flex min-h-0 flex-1 flex-col rounded-small border-t-2",
        isDropTarget ? "border-accent bg-accent-subtle" : "border-transparent",
      )}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: it can have the focus only while a card is dragged */}
      <div
        {...targetProps}
        ref={button}
        role="button"
        tabIndex={-1}
        aria-label={t("Drop on {column}", { column: name })}
        aria-hidden={targetProps["aria-describedby"] === undefined ? true : undefined}
        className="sr-only"
      />
      {children}
    </div>
  );
}
