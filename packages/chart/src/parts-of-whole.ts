import { drawRect, drawText, drawTitle, GAP, LINE_HEIGHT, markAttributes, measure, type Pen } from "./parts.ts";
import type { ChartRow, DrawnSeries } from "./spec.ts";
import { createNode, roundTenth, type SvgNode } from "./svg.ts";

/** Charts with a line for each category: lying bars, funnels and donuts. */

/** The largest part of the width that names of categories take. */
const MAX_NAMES = 0.4;
const MAX_BAR = 24;

/** The height of a lying bar with the space around it, where there is room. */
const BAND = 36;

/** Returns the height that so many lying bars need, at most `most`. */
export const measureLyingBars = (bars: number, most: number): number => Math.min(most, Math.max(1, bars) * BAND);

interface Line {
  readonly name: string;
  readonly value: number;
  /** The row, or -1 for the sum of the rest. */
  readonly row: number;
}

const readLines = ({ spec }: Pen, rows: readonly ChartRow[], series: DrawnSeries): Line[] =>
  rows.map((row, index) => ({ name: spec.formatCategory(row[spec.category]), value: series.values[index] ?? 0, row: index }));

/** Lying bars, the longest as wide as there is room. A funnel also says what part of the line above is left. */
export function drawLyingBars(pen: Pen, rows: readonly ChartRow[], series: DrawnSeries): SvgNode[] {
  const { spec } = pen;
  const lines = readLines(pen, rows, series);
  const notes = lines.map((line, index) => {
    const before = lines[index - 1]?.value;
    const value = spec.formatValue(line.value);
    return spec.kind === "funnel" && before ? `${value} · ${spec.formatShare(line.value / before)}` : value;
  });
  const names = Math.min(spec.width * MAX_NAMES, Math.max(...lines.map(({ name }) => measure(pen, name)), 0) + GAP);
  const room = Math.max(GAP, spec.width - names - 2 * GAP - Math.max(...notes.map((note) => measure(pen, note)), 0));
  const most = Math.max(...lines.map(({ value }) => value), 1e-9);
  const band = spec.height / Math.max(1, lines.length);
  const height = Math.min(MAX_BAR, band * 0.7);
  return lines.flatMap(({ name, value, row }, index) => {
    const y = (index + 0.5) * band;
    const width = Math.max(value > 0 ? 2 : 0, (Math.max(0, value) / most) * room);
    const place = { x: names + GAP, y: y - height / 2, width, height, radius: 2 };
    return [
      drawText(pen, name, { x: 0, y, width: names }),
      drawRect(pen, place, { fill: series.color, ...markAttributes(row, series.key) }, drawTitle(`${name}: ${notes[index]}`)),
      drawText(pen, notes[index] ?? "", { x: names + 2 * GAP + width, y, isStrong: true }),
    ];
  });
}

const MAX_PARTS = 3;

/** Keeps the largest parts, and adds up the rest. */
export function joinSmallParts(lines: readonly Line[], otherLabel: string): Line[] {
  const sorted = lines.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value);
  if (sorted.length <= MAX_PARTS) return sorted;
  const rest = sorted.slice(MAX_PARTS - 1);
  return [
    ...sorted.slice(0, MAX_PARTS - 1),
    { name: otherLabel, value: rest.reduce((sum, { value }) => sum + value, 0), row: -1 },
  ];
}

/** A ring of at most three parts, with the sum inside and the parts named beside it. */
export function drawDonut(pen: Pen, rows: readonly ChartRow[], series: DrawnSeries): SvgNode[] {
  const { spec, theme } = pen;
  const parts = joinSmallParts(readLines(pen, rows, series), spec.otherLabel);
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  const outer = Math.min(spec.height / 2, spec.width / 4);
  const [radius, thickness] = [outer * 0.8, outer * 0.4];
  const center = { x: pen.mirror(outer), y: spec.height / 2 };
  const length = 2 * Math.PI * radius;
  let turned = 0;
  const ring = parts.map(({ name, value, row }, index) => {
    const share = value / (total || 1);
    const gap = parts.length > 1 ? 2 : 0;
    // A circle's stroke begins at three o'clock: a quarter back is the top.
    const place = {
      cx: center.x,
      cy: center.y,
      r: radius,
      fill: "none",
      "stroke-width": thickness,
      transform: `rotate(-90 ${roundTenth(center.x)} ${roundTenth(center.y)})`,
    };
    const dash = {
      "stroke-dasharray": `${roundTenth(Math.max(0, share * length - gap))} ${roundTenth(length)}`,
      "stroke-dashoffset": -turned * length,
    };
    turned += share;
    const color = row < 0 ? theme.other : (theme.series[index] ?? theme.other);
    return createNode(
      "circle",
      { ...place, ...dash, stroke: color, ...(row < 0 ? {} : markAttributes(row, series.key)) },
      drawTitle(`${name}: ${spec.formatValue(value)}`),
    );
  });
  const start = 2 * outer + 2 * GAP;
  const top = center.y - (parts.length * (2 * LINE_HEIGHT + GAP) - GAP) / 2;
  const names = parts.flatMap(({ name, value, row }, index) => {
    const y = top + index * (2 * LINE_HEIGHT + GAP) + LINE_HEIGHT / 2;
    const color = row < 0 ? theme.other : (theme.series[index] ?? theme.other);
    return [
      drawRect(pen, { x: start, y: y - 4, width: 8, height: 8, radius: 2 }, { fill: color }),
      drawText(pen, name, { x: start + 16, y, isMuted: true, width: spec.width - start - 16 }),
      drawText(pen, `${spec.formatValue(value)} · ${spec.formatShare(value / (total || 1))}`, {
        x: start + 16,
        y: y + LINE_HEIGHT,
        isStrong: true,
      }),
    ];
  });
  return [...ring, drawText(pen, spec.formatAxis(total), { x: outer, y: center.y, anchor: "middle", isStrong: true }), ...names];
}
