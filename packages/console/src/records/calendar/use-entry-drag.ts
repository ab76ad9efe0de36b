import { type DragEvent, type MouseEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import type { CalendarEntry } from "./calendar-entries.ts";
import { type CalendarPlace, type EntryDrag, isSamePlace } from "./entry-drag.ts";

interface EntryDragOptions<E extends CalendarEntry> {
  readonly entries: readonly E[];
  readonly canCreate: boolean;
  readonly canChange: (entry: E) => boolean;
  readonly onDrop: (drag: EntryDrag<E>) => void;
}

/** A press that moves less is a click. */
const MIN_PIXELS = 4;

interface Press<E extends CalendarEntry> {
  readonly drag: EntryDrag<E>;
  readonly x: number;
  readonly y: number;
}

/** Dragging with the mouse or a pen: of entries, of their ends, and over empty space. A finger scrolls; the menu of an entry does the same. */
export function useEntryDrag<E extends CalendarEntry>({ entries, canCreate, canChange, onDrop }: EntryDragOptions<E>) {
  const [drag, setDrag] = useState<EntryDrag<E>>();
  const press = useRef<Press<E>>(undefined);
  const isMoved = useRef(false);
  const stop = (): void => {
    press.current = undefined;
    setDrag(undefined);
  };
  useEffect(() => {
    if (!drag) return undefined;
    const onKeyDown = ({ key }: KeyboardEvent): void => {
      if (key !== "Escape") return;
      press.current = undefined;
      setDrag(undefined);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [drag]);
  /** The handlers of a frame. `locate` tells the place under the pointer. */
  const handlersFor = (locate: (event: PointerEvent<HTMLElement>) => CalendarPlace | undefined) => ({
    // Links in entries stop the event, so it is taken on its way to them.
    onPointerDownCapture: (event: PointerEvent<HTMLElement>): void => {
      isMoved.current = false;
      if (event.button !== 0 || event.pointerType === "touch") return;
      const target = event.target as HTMLElement;
      const from = locate(event);
      if (!from || target.closest("[data-no-drag]")) return;
      const id = target.closest<HTMLElement>("[data-entry]")?.dataset.entry;
      const entry = entries.find((candidate) => candidate.id === id);
      if (entry ? !canChange(entry) : id !== undefined || !canCreate) return;
      const mode = entry ? (target.closest("[data-resize]") ? "resize" : "move") : "create";
      press.current = { drag: { mode, ...(entry ? { entry } : {}), from, to: from }, x: event.clientX, y: event.clientY };
      // Otherwise the pointer selects text.
      if (!entry) event.preventDefault();
    },
    onPointerMove: (event: PointerEvent<HTMLElement>): void => {
      const { current } = press;
      if (!current) return;
      if (!isMoved.current && Math.hypot(event.clientX - current.x, event.clientY - current.y) < MIN_PIXELS) return;
      const isFirst = !isMoved.current;
      if (isFirst) event.currentTarget.setPointerCapture(event.pointerId);
      isMoved.current = true;
      const to = locate(event);
      if (!to || (!isFirst && isSamePlace(current.drag.to, to))) return;
      // A drop is where the pointer is, also if that place is not drawn yet.
      const next = { ...current.drag, to };
      press.current = { ...current, drag: next };
      setDrag(next);
    },
    onPointerUp: (): void => {
      const { current } = press;
      if (current && (isMoved.current || current.drag.mode === "create")) onDrop(current.drag);
      stop();
    },
    onPointerCancel: stop,
    // A link under a drag is neither dragged nor opened.
    onDragStart: (event: DragEvent): void => event.preventDefault(),
    onClickCapture: (event: MouseEvent): void => {
      if (!isMoved.current) return;
      isMoved.current = false;
      event.preventDefault();
      event.stopPropagation();
    },
  });
  return { drag, handlersFor };
}
