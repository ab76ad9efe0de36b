import { type HTMLAttributes, type RefObject, useState } from "react";
import { findPlace } from "./line-rules.ts";

interface Drag {
  readonly key: string;
  /** Among the other rows. */
  readonly place: number;
}

interface RowDrag {
  /** The row that is dragged, and the place where it would go. */
  readonly drag: Drag | undefined;
  readonly handle: (key: string) => HTMLAttributes<HTMLSpanElement>;
}

/** Drags rows of a list, which have `data-line`, by a handle to another place. */
export function useRowDrag(list: RefObject<HTMLElement | null>, onMove: (key: string, place: number) => void): RowDrag {
  const [drag, setDrag] = useState<Drag>();
  const findTarget = (key: string, y: number): number => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>("[data-line]") ?? [])];
    const middles = rows
      .filter((row) => row.dataset.line !== key)
      .map((row) => {
        const { top, height } = row.getBoundingClientRect();
        return top + height / 2;
      });
    return findPlace(middles, y);
  };
  const handle = (key: string): HTMLAttributes<HTMLSpanElement> => ({
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ key, place: findTarget(key, event.clientY) });
    },
    onPointerMove: (event) => {
      if (drag?.key === key) setDrag({ key, place: findTarget(key, event.clientY) });
    },
    onPointerUp: (event) => {
      if (drag?.key !== key) return;
      setDrag(undefined);
      onMove(key, findTarget(key, event.clientY));
    },
    onPointerCancel: () => setDrag(undefined),
  });
  return { drag, handle };
}
