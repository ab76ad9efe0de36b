import { type RefObject, useLayoutEffect } from "react";

/** Marks a frame whose content goes on beyond its end by `data-cut`, and one that is scrolled by `data-shifted`. */
function markCut(frame: HTMLElement): void {
  const shift = Math.abs(frame.scrollLeft);
  frame.toggleAttribute("data-shifted", shift > 0);
  frame.toggleAttribute("data-cut", shift + frame.clientWidth < frame.scrollWidth - 1);
}

/**
 * Keeps the marks of a frame that scrolls sideways, so that it can fade where its content goes on. `count` is the number of its children, where it
 * changes.
 */
export function useCut(frame: RefObject<HTMLElement | null>, count = 1): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: it observes the children, which change with their number
  useLayoutEffect(() => {
    const { current } = frame;
    if (!current) return undefined;
    const mark = (): void => markCut(current);
    const observer = new ResizeObserver(mark);
    observer.observe(current);
    for (const child of current.children) observer.observe(child);
    current.addEventListener("scroll", mark, { passive: true });
    return () => {
      observer.disconnect();
      current.removeEventListener("scroll", mark);
    };
  }, [frame, count]);
}
