import { useCallback, useRef } from "react";
import type { GridProps } from "./grid-types.ts";
import { type Extension, extendSelection, listRange, selectRange } from "./selection-rules.ts";

type SelectionProps<R> = Pick<GridProps<R>, "selection" | "onSelectionChange" | "getRow" | "getRowId">;

const NONE: ReadonlySet<string> = new Set();

/** The chosen rows of a grid. Only loaded rows can be chosen: a list says "all that match" in its bulk bar. */
export function useSelection<R>({ selection = NONE, onSelectionChange, getRow, getRowId }: SelectionProps<R>, count: number) {
  /** The row that was pressed last, from which Shift extends. Another record may stand in its place since. */
  const anchor = useRef<{ readonly index: number; readonly id: string }>(undefined);
  const extension = useRef<Extension>(undefined);
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
      const id = readId(index);
      if (id === undefined) return;
      const first = anchor.current && readId(anchor.current.index) === anchor.current.id ? anchor.current.index : index;
      const range = listRange(isRange ? first : index, index).map(readId);
      anchor.current = { index, id };
      latest.current.onSelectionChange?.(
        selectRange(
          current.current,
          range.filter((row) => row !== undefined),
          id,
        ),
      );
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
    /** Shift and an arrow: the rows from the one where the arrows began to the one that they reach. */
    extend: (from: number, to: number): void => {
      if (onSelectionChange === undefined) return;
      const next = extendSelection(extension.current, current.current, { from, to }, readId);
      const id = readId(next.anchor);
      if (id !== undefined) anchor.current = { index: next.anchor, id };
      extension.current = next;
      onSelectionChange(next.selected);
    },
    /** Space: on the head it chooses all rows. */
    press: (row: number, isRange: boolean): void => {
      if (onSelectionChange === undefined) return;
      if (row < 0) toggleAll();
      else select(row, isRange);
    },
  };
}
