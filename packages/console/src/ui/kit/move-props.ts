import type { DragEvent, KeyboardEvent } from "react";

interface Movable {
  readonly id: string;
  /** The entries among which it moves, in their order. */
  readonly ids: readonly string[];
  readonly isVertical: boolean;
  /** Moves an entry by a number of places. */
  readonly onMove: (id: string, places: number) => void;
}

const DRAG_TYPE = "application/x-entry";

/** The arrows that move an entry towards the start and the end. */
function readPlaces(key: string, isVertical: boolean): number {
  if (isVertical) return { ArrowUp: -1, ArrowDown: 1 }[key] ?? 0;
  const places = { ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0;
  return document.documentElement.dir === "rtl" ? -places : places;
}

/** Lets the user move an entry of a menu or a row of tabs: by dragging, or by Alt and an arrow. What it is dragged over has `data-over`. */
export const buildMoveProps = ({ id, ids, isVertical, onMove }: Movable) => ({
  draggable: true,
  onDragStart: ({ dataTransfer }: DragEvent): void => dataTransfer.setData(DRAG_TYPE, id),
  onDragOver: (event: DragEvent<HTMLElement>): void => {
    if (!event.dataTransfer.types.includes(DRAG_TYPE)) return;
    event.preventDefault();
    event.currentTarget.dataset.over = "";
  },
  onDragLeave: ({ currentTarget }: DragEvent<HTMLElement>): void => {
    delete currentTarget.dataset.over;
  },
  onDrop: (event: DragEvent<HTMLElement>): void => {
    delete event.currentTarget.dataset.over;
    const dragged = event.dataTransfer.getData(DRAG_TYPE);
    event.preventDefault();
    if (ids.includes(dragged) && dragged !== id) onMove(dragged, ids.indexOf(id) - ids.indexOf(dragged));
  },
  onKeyDown: (event: KeyboardEvent): void => {
    const places = event.altKey ? readPlaces(event.key, isVertical) : 0;
    if (places === 0) return;
    event.preventDefault();
    event.stopPropagation();
    onMove(id, places);
  },
});
