import { type DragEvent, type ReactNode, type RefObject, useEffect, useRef, useSyncExternalStore } from "react";
import { joinClasses } from "../../ui/kit/classes.ts";
import { PlacedBox } from "../../ui/kit/placed-box.tsx";
import type { BoardColumn } from "../rows/board-columns.ts";
import { type CardDrag, includeLifted, omitLifted } from "./card-drag.ts";

interface ColumnDropProps {
  readonly drag: CardDrag;
  readonly column: BoardColumn;
  /** The ids of the cards in the column. */
  readonly ids: readonly string[];
  /** The height of a card and of the space below it. */
  readonly rowHeight: number;
  readonly gap: number;
  /** Whether users choose the place of a card in the column. Otherwise a card comes first, which the line at the upper edge shows. */
  readonly isPlaced: boolean;
  readonly onLift: (id: string) => void;
  readonly onDrop: () => void;
  readonly children: ReactNode;
}

/** The frame around the cards of a column that knows of the drag: the list in it does not, so that a step draws no card again. */
export function ColumnDrop({ drag, column, ids, rowHeight, gap, isPlaced, onLift, onDrop, children }: ColumnDropProps) {
  const frame = useRef<HTMLDivElement>(null);
  const index = useSyncExternalStore(drag.subscribe, () =>
    drag.target?.column.code === column.code ? drag.target.index : undefined,
  );
  const above = index === undefined ? undefined : includeLifted(ids, drag.lifted?.record.id ?? "", index);
  useEffect(() => drag.setCards(column.code, ids), [drag, column.code, ids]);
  useEffect(() => {
    if (above === undefined || !drag.lifted?.isByKeys) return;
    frame.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (isPlaced) showRows(findList(frame), above * rowHeight - gap, gap);
  }, [drag, above, isPlaced, rowHeight, gap]);
  // A card that the keyboard has dropped has the focus in its new column.
  useEffect(() => {
    const { dropped } = drag;
    if (dropped?.code !== column.code || !ids.includes(dropped.id)) return;
    drag.dropped = undefined;
    showRows(findList(frame), ids.indexOf(dropped.id) * rowHeight, rowHeight);
    // The list draws what it has scrolled to in the next frame.
    requestAnimationFrame(() => setTimeout(() => findRow(frame, dropped.id)?.focus()));
  }, [drag, column.code, ids, rowHeight]);
  const onDragOver = (event: DragEvent): void => {
    const { lifted } = drag;
    if (!lifted?.columns.some(({ code }) => code === column.code)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    const list = findList(frame);
    if (isPlaced && list) scrollAtEdge(list, event.clientY);
    const down = list ? event.clientY - list.getBoundingClientRect().top + list.scrollTop : 0;
    const count = Math.min(Math.max(Math.round(down / rowHeight), 0), ids.length);
    drag.aim({ column, index: isPlaced ? omitLifted(ids, lifted.record.id, count) : 0 });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the pointer drags over it; the handles of the cards have the keys
    <div
      ref={frame}
      onDragStart={(event) => {
        const { card } = (event.target as HTMLElement).dataset;
        if (card === undefined) return;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", (event.target as HTMLElement).querySelector("h3")?.textContent ?? "");
        onLift(card);
      }}
      onDragOver={onDragOver}
      onDragLeave={({ currentTarget, relatedTarget }) => {
        if (relatedTarget instanceof Node && !currentTarget.contains(relatedTarget)) drag.aim(undefined);
      }}
      onDrop={(event) => {
        if (!drag.lifted) return;
        event.preventDefault();
        onDrop();
      }}
      onDragEnd={() => drag.cancel()}
      className={joinClasses(
        "relative flex min-h-0 flex-1 flex-col overflow-clip rounded-small border-t-2",
        above !== undefined && !isPlaced ? "border-accent" : "border-transparent",
        above !== undefined && "bg-accent-subtle",
      )}
    >
      {children}
      {above !== undefined && isPlaced ? <DropLine frame={frame} y={above * rowHeight - gap / 2} /> : null}
    </div>
  );
}

/** The line between two cards where the dragged one would come. It stays there while the column scrolls. */
function DropLine({ frame, y }: { readonly frame: RefObject<HTMLDivElement | null>; readonly y: number }) {
  const top = useSyncExternalStore(
    (listener) => {
      const list = findList(frame);
      list?.addEventListener("scroll", listener);
      return () => list?.removeEventListener("scroll", listener);
    },
    () => {
      const list = findList(frame);
      return list ? Math.max(y - list.scrollTop, 0) / list.offsetHeight : 0;
    },
  );
  return <PlacedBox aria-hidden="true" top={top} height={0} className="pointer-events-none border-t-2 border-accent" />;
}

const findList = (frame: RefObject<HTMLElement | null>): HTMLElement | null | undefined =>
  frame.current?.querySelector<HTMLElement>("[role=grid]");

const findRow = (frame: RefObject<HTMLElement | null>, id: string): HTMLElement | null | undefined =>
  frame.current?.querySelector(`[data-card="${CSS.escape(id)}"]`)?.closest<HTMLElement>("[role=row]");

/** Scrolls a list as little as needed until it shows a part of it. */
function showRows(list: HTMLElement | null | undefined, top: number, height: number): void {
  if (!list) return;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + height > list.scrollTop + list.clientHeight) list.scrollTop = top + height - list.clientHeight;
}

const EDGE = 20;
/** Only Safari has gestures of its own; on an iPad it scrolls like other browsers. */
const isSafariOnMac = "GestureEvent" in globalThis && navigator.maxTouchPoints === 0;

/** Browsers scroll what the pointer drags to the edge of, but Safari on a Mac does not (WebKit bug 222636). */
function scrollAtEdge(list: HTMLElement, y: number): void {
  if (!isSafariOnMac) return;
  const { top, bottom } = list.getBoundingClientRect();
  list.scrollTop += Math.min(y - top - EDGE, 0) + Math.max(y - bottom + EDGE, 0);
}
