import { useCallback, useRef } from "react";
import type { GridProps } from "./grid-types.ts";

type SelectionProps<R> = Pick<GridProps<R>, "selection" | "onSelectionChange" | "getRow" | "getRowId">;

const NONE: ReadonlySet<string> = new Set();

/** The chosen rows of a grid. Only loaded rows can be chosen: a list says "all that match" in its bulk bar. */
export function useSelection<R>({ selection = NONE, onSelectionChange, getRow, getRowId }: SelectionProps<R>, count: number) {
  /** The row that was pressed last, from which Shift extends. */
  const anchor = useRef(0);
  const current = useRef(selection);
  current.current = selection;
  // Rows are drawn again only if their functions change, so these stay the same.
  const latest = useRef({ getRow, getRowId, onSelectionChange });
  latest.current = { getRow, getRowId, onSelectionChange };
  const readId = useCallback((index: number): string | undefined => {
    const row = latest.current.getRow(index);
    return row === undefined ? undefined : latest.current.getRowId(row);
  }, []);
  const select = useCallback(
    (index: number, isRange: boolean): void => {
      const next = new Set(current.current);
      const id = readId(index);
      if (isRange) {
        const [first, last] = [Math.min(anchor.current, index), Math.max(anchor.current, index)];
        for (let row = first; row <= last; row++) {
          const between = readId(row);
          if (between !== undefined) next.add(between);
        }
      } else if (id !== undefined && !next.delete(id)) next.add(id);
      anchor.current = index;
      latest.current.onSelectionChange?.(next);
    },
    [readId],
  );
  const toggleAll = useCallback((): void => {
    const loaded = Array.from({ length: count }, (_, index) => readId(index)).filter((id) => id !== undefined);
    latest.current.onSelectionChange?.(loaded.every((id) => current.current.has(id)) ? NONE : new Set(loaded));
  }, [count, readId]);
  return {
    select,
    toggleAll,
    /** Space: on the head it chooses all rows. */
    press: (row: number, isRange: boolean): void => {
      if (onSelectionChange === undefined) return;
      if (row < 0) toggleAll();
      else select(row, isRange);
    },
  };
}
