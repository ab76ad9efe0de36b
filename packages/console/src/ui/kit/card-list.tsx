import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { Skeleton } from "./skeleton.tsx";

interface CardListProps<R> {
  readonly label: string;
  /** Of all rows, loaded or not. */
  readonly rowCount: number;
  /** Returns a row, or undefined while it loads. */
  readonly getRow: (index: number) => R | undefined;
  readonly getRowId: (row: R) => string;
  /** Called with the first and the last row in view, to load them. */
  readonly onRange?: (first: number, last: number) => void;
  readonly render: (row: R) => ReactNode;
}

const CARD_HEIGHT = 104;
const OVERSCAN = 4;

/** Records as cards, where a table has no room. Only those in view are in the document. */
export function CardList<R>({ label, rowCount, getRow, getRowId, onRange, render }: CardListProps<R>) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_HEIGHT,
    overscan: OVERSCAN,
  });
  const items = virtualizer.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => {
    if (rowCount > 0) onRange?.(first, last);
  }, [onRange, first, last, rowCount]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <div ref={scroller} tabIndex={0} className="relative h-full min-h-0 overflow-y-auto focus-ring">
      {/* biome-ignore lint/a11y/useSemanticElements: the items stand at places of their own */}
      <div role="list" aria-label={label} className="relative" style={{ blockSize: virtualizer.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const row = getRow(index);
          return (
            // biome-ignore lint/a11y/useSemanticElements: the list is not an element either
            <div
              key={row === undefined ? index : getRowId(row)}
              ref={virtualizer.measureElement}
              role="listitem"
              data-index={index}
              aria-setsize={rowCount}
              aria-posinset={index + 1}
              style={{ transform: `translateY(${start}px)` }}
              className="absolute w-full border-b border-border bg-surface px-4 py-3 tablet:ps-6"
            >
              {row === undefined ? <Skeleton shape="control" /> : render(row)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
