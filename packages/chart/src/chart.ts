import { drawCartesian } from "./cartesian.ts";
import { createPen } from "./parts.ts";
import { drawDonut, drawLyingBars, measureLyingBars } from "./parts-of-whole.ts";
import { type ChartRow, type ChartSpec, type ChartTheme, readSeries } from "./spec.ts";
import { createNode, type SvgNode } from "./svg.ts";

const isLying = ({ kind, orientation }: Pick<ChartSpec, "kind" | "orientation">): boolean =>
  kind === "funnel" || (kind === "bar" && orientation === "horizontal");

/** Returns the height of a chart: few lying bars need less than `most`. */
export const measureHeight = (spec: Pick<ChartSpec, "kind" | "orientation">, rows: number, most: number): number =>
  isLying(spec) ? measureLyingBars(rows, most) : most;

/**
 * Draws a chart. The same input gives the same picture in the console, in a mail and in a document. Marks have the index of their row in `data-row` and
 * the key of their series in `data-series`.
 */
export function chart(spec: ChartSpec, rows: readonly ChartRow[], theme: ChartTheme): SvgNode {
  const pen = createPen(spec, theme);
  const series = readSeries(spec, rows, theme);
  const [first] = series;
  const draw = () => {
    if (!first || rows.length === 0) return [];
    if (spec.kind === "donut") return drawDonut(pen, rows, first);
    return isLying(spec) ? drawLyingBars(pen, rows, first) : drawCartesian(pen, rows, series);
  };
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${spec.width} ${spec.height}`,
    width: spec.width,
    height: spec.height,
    role: "img",
    "aria-label": spec.title,
    direction: spec.direction,
    "font-family": theme.font,
    "font-size": theme.fontSize,
  };
  return createNode("svg", attributes, ...draw());
}
