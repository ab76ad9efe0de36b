import { type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { assignSlots, listWindowRows } from "./grid-keys.ts";
import { readPosition, savePosition } from "./scroll-memory.ts";

const OVERSCAN = 6;
const ROW_HEIGHT = 36;

/** Browsers draw nothing below some 17 million pixels. */
const MAX_ROWS = 380_000;

/** Returns the height of a row in pixels. It depends on the density and on the pointer. */
function useRowHeight(probe: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(ROW_HEIGHT);
  useLayoutEffect(() => {
    const element = probe.current;
    if (!element) return undefined;
    const read = (): void => setHeight(element.offsetHeight || ROW_HEIGHT);
    const observer = new ResizeObserver(read);
    observer.observe(element);
    read();
    return () => observer.disconnect();
  }, [probe]);
  return height;
}

/** Scrolls to where the list was left, and remembers where it is. */
function useScrollMemory(scroller: RefObject<HTMLElement | null>, scrollKey: string | undefined): void {
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || scrollKey === undefined) return undefined;
    element.scrollTop = readPosition(scrollKey);
    const save = (): void => savePosition(scrollKey, element.scrollTop);
    element.addEventListener("scroll", save, { passive: true });
    return () => element.removeEventListener("scroll", save);
  }, [scroller, scrollKey]);
}

interface RowWindowOptions {
  readonly rowCount: number;
  readonly focusedRow: number;
  readonly scroller: RefObject<HTMLElement | null>;
  /** An element as high as a row. */
  readonly probe: RefObject<HTMLElement | null>;
  readonly onRange?: (first: number, last: number) => void;
  readonly scrollKey?: string;
}

/** The rows that are in the document, and where they stand. */
export function useRowWindow({ rowCount, focusedRow, scroller, probe, onRange, scrollKey }: RowWindowOptions) {
  const height = useRowHeight(probe);
  const count = Math.min(rowCount, MAX_ROWS);
  const rangeExtractor = useCallback(
    ({ startIndex, endIndex }: Range) =>
      listWindowRows(Math.max(0, startIndex - OVERSCAN), endIndex + OVERSCAN, focusedRow, count),
    [focusedRow, count],
  );
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    rangeExtractor,
    // The head lies over the first rows of the window.
    scrollMargin: height,
    scrollPaddingStart: height,
    // Rows may be drawn a moment later than the browser scrolls, which leaves it free to scroll.
    useFlushSync: false,
    initialOffset: () => readPosition(scrollKey),
  });
  useScrollMemory(scroller, scrollKey);
  useLayoutEffect(() => {
    if (height > 0) virtualizer.measure();
  }, [height, virtualizer]);
  const { range } = virtualizer;
  const [first, last] = [range?.startIndex ?? 0, range?.endIndex ?? 0];
  useEffect(() => {
    if (count > 0) onRange?.(first, Math.min(last, count - 1));
  }, [onRange, first, last, count]);
  const items = virtualizer.getVirtualItems();
  const slots = useRef<ReadonlyMap<number, number>>(new Map());
  slots.current = assignSlots(
    slots.current,
    items.map(({ index }) => index),
  );
  const rows = items.map(({ index, start }) => ({ index, top: start - height, slot: slots.current.get(index) ?? 0 }));
  return {
    height,
    count,
    totalHeight: virtualizer.getTotalSize(),
    /** In the order of their slots, so that no element moves in the document. */
    rows: rows.sort((a, b) => a.slot - b.slot),
    page: Math.max(1, last - first - 1),
    scrollToRow: (row: number) => virtualizer.scrollToIndex(Math.max(0, row), { align: "auto" }),
  };
}
