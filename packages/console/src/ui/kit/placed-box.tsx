import type { HTMLAttributes, Ref } from "react";

interface BoxProps extends Omit<HTMLAttributes<HTMLDivElement>, "style"> {
  readonly ref?: Ref<HTMLDivElement>;
}

interface PlacedBoxProps extends BoxProps {
  /** Parts of the size of the frame, from 0 to 1. */
  readonly top: number;
  readonly height: number;
  readonly start?: number;
  readonly width?: number;
}

const percent = (part: number): string => `${part * 100}%`;

/** A box at a place of its frame, such as an entry between the hours of a day. */
export function PlacedBox({ top, height, start = 0, width = 1, className = "", ...props }: PlacedBoxProps) {
  const place = {
    insetBlockStart: percent(top),
    blockSize: percent(height),
    insetInlineStart: percent(start),
    inlineSize: percent(width),
  };
  return <div {...props} className={`absolute ${className}`} style={place} />;
}

interface GridBoxProps extends BoxProps {
  /** Lines of the grid, from 1. */
  readonly column: number;
  readonly columns: number;
  readonly row: number;
}

/** A box over columns of a grid, such as an entry over the days of a week. */
export function GridBox({ column, columns, row, ...props }: GridBoxProps) {
  return <div {...props} style={{ gridColumn: `${column} / span ${columns}`, gridRow: row }} />;
}
