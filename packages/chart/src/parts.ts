import { fitText, measureText } from "./scale.ts";
import type { ChartSpec, ChartTheme, DrawnSeries } from "./spec.ts";
import { createNode, type SvgNode } from "./svg.ts";

/** What the kinds of chart are drawn with. Positions run from the start of the line, and are mirrored where it runs from right to left. */
export interface Pen {
  readonly spec: ChartSpec;
  readonly theme: ChartTheme;
  readonly mirror: (x: number) => number;
}

export const LINE_HEIGHT = 16;
export const GAP = 8;

export const createPen = (spec: ChartSpec, theme: ChartTheme): Pen => ({
  spec,
  theme,
  mirror: (x) => (spec.direction === "rtl" ? spec.width - x : x),
});

export const measure = ({ theme }: Pen, text: string): number => measureText(text, theme.fontSize);

interface TextPlace {
  readonly x: number;
  /** The middle of the line. */
  readonly y: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly isMuted?: boolean;
  readonly isStrong?: boolean;
  /** Shortens the text, and shows all of it on hover. */
  readonly width?: number;
}

export function drawText(
  { theme, mirror }: Pen,
  text: string,
  { x, y, anchor = "start", isMuted, isStrong, width }: TextPlace,
): SvgNode {
  const shown = width === undefined ? text : fitText(text, theme.fontSize, width);
  const attributes = {
    x: mirror(x),
    // A baseline in the middle differs between programs, so it is computed.
    y: y + theme.fontSize * 0.36,
    "text-anchor": anchor,
    fill: isMuted ? theme.muted : theme.text,
    "font-weight": isStrong ? 500 : undefined,
  };
  return createNode("text", attributes, ...(shown === text ? [] : [createNode("title", {}, text)]), shown);
}

interface RectPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly radius?: number;
}

export function drawRect(
  { mirror, spec }: Pen,
  { x, y, width, height, radius }: RectPlace,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly SvgNode[]
): SvgNode {
  const left = spec.direction === "rtl" ? mirror(x) - width : x;
  return createNode(
    "rect",
    { x: left, y, width: Math.max(0, width), height: Math.max(0, height), rx: radius, ...attributes },
    ...children,
  );
}

/** The attributes of a mark that opens the rows behind it, by the index of the row and the key of the series. */
export const markAttributes = (row: number, series: string): Record<string, string | number> => ({
  "data-row": row,
  "data-series": series,
});

export const drawTitle = (text: string): SvgNode => createNode("title", {}, text);

/** Names the series in lines at the top. Returns the nodes and the height. */
export function drawLegend(pen: Pen, series: readonly DrawnSeries[]): { nodes: SvgNode[]; height: number } {
  const nodes: SvgNode[] = [];
  let [x, line] = [0, 0];
  for (const { label, color } of series) {
    const width = Math.min(measure(pen, label), pen.spec.width - LINE_HEIGHT);
    if (x > 0 && x + LINE_HEIGHT + width > pen.spec.width) [x, line] = [0, line + 1];
    const y = line * (LINE_HEIGHT + 4);
    nodes.push(drawRect(pen, { x, y: y + 4, width: 8, height: 8, radius: 2 }, { fill: color }));
    nodes.push(drawText(pen, label, { x: x + 12, y: y + LINE_HEIGHT / 2, isMuted: true, width }));
    x += LINE_HEIGHT + width + LINE_HEIGHT;
  }
  return { nodes, height: (line + 1) * (LINE_HEIGHT + 4) + GAP };
}

/** Moves labels of a height apart that would cover each other, and keeps them between top and bottom. */
export function spreadLabels(places: readonly number[], top: number, bottom: number, height: number): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  const spread = [...places];
  let next = top;
  for (const { place, index } of order) {
    const moved = Math.max(place, next);
    spread[index] = moved;
    next = moved + height;
  }
  let limit = bottom;
  for (const { index } of order.reverse()) {
    const moved = Math.min(spread[index] ?? 0, limit);
    spread[index] = moved;
    limit = moved - height;
  }
  return spread;
}
