import type { CSSProperties, HTMLAttributes, ReactNode, Ref } from "react";
import { joinClasses } from "./classes.ts";

interface TileGridProps {
  readonly children: ReactNode;
  readonly ref?: Ref<HTMLUListElement>;
}

/** Tiles at places of a grid of twelve columns. Narrow windows show them one after another, and low ones two in a row, as far as their figures fit. */
export function TileGrid({ children, ref }: TileGridProps) {
  return (
    <ul
      ref={ref}
      className="flex min-w-0 flex-wrap gap-3 tablet:grid tablet:grid-cols-2 tablet:gap-4 desktop:auto-rows-(--tile-rows) desktop:grid-cols-12"
    >
      {children}
    </ul>
  );
}

interface TilePlaceProps extends Omit<HTMLAttributes<HTMLLIElement>, "style"> {
  /** The place in columns and rows, from 0. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** So many columns are a half of a window of medium width. */
const MAX_NARROW = 4;

export function TilePlace({ x, y, width, height, className = "", ...props }: TilePlaceProps) {
  const place = { "--tile-column": `${x + 1} / span ${width}`, "--tile-row": `${y + 1} / span ${height}` } as CSSProperties;
  return (
    <li
      {...props}
      style={place}
      className={joinClasses(
        "flex min-w-0 flex-col desktop:col-(--tile-column) desktop:row-(--tile-row)",
        width > MAX_NARROW && "tablet:col-span-2",
        width > MAX_NARROW || height > 1 ? "basis-full" : "tile-half",
        className,
      )}
    />
  );
}

/** Where a pointer takes a tile. Keys and menus do the same. Narrow windows have no places to drag to. */
export function DragHandle({ children, ...props }: Omit<HTMLAttributes<HTMLSpanElement>, "style">) {
  return (
    <span
      {...props}
      aria-hidden="true"
      className="hidden size-target shrink-0 cursor-grab touch-none items-center justify-center text-text-muted desktop:flex"
    >
      {children}
    </span>
  );
}

export function ResizeHandle(props: Omit<HTMLAttributes<HTMLSpanElement>, "style">) {
  return (
    <span
      {...props}
      aria-hidden="true"
      className="absolute end-1 bottom-1 hidden size-icon cursor-nwse-resize touch-none border-e-2 border-b-2 border-border-strong desktop:block rtl:cursor-nesw-resize"
    />
  );
}
