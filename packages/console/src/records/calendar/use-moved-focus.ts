import { type RefObject, useEffect } from "react";
import type { RecordEntry } from "./entry.ts";

/** Gives the focus to an element once it shows the entry that the keyboard has moved: the element at the former place is gone. */
export function useMovedFocus(
  moved: RefObject<string | undefined>,
  entries: readonly RecordEntry[],
  element: RefObject<HTMLElement | null>,
): void {
  useEffect(() => {
    if (moved.current === undefined || !entries.some(({ id }) => id === moved.current)) return;
    moved.current = undefined;
    element.current?.focus();
  }, [entries, moved, element]);
}
