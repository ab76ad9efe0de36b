import {
  drawLegend,
  drawRect,
  drawText,
  drawTitle,
  GAP,
  LINE_HEIGHT,
  markAttributes,
  measure,
  type Pen,
  spreadLabels,
} from "./parts.ts";
import { createScale, listTicks, type Scale } from "./scale.ts";
import type { ChartRow, DrawnSeries } from "./spec.ts";
import { createNode, roundTenth, type SvgNode } from "./svg.ts";

/** Charts with categories along the line and values upwards: bars, stacked bars, lines and areas. */

interface Plot {
  readonly start: number;
  readonly end: number;
  readonly top: number;
  readonly bottom: number;
  readonly values: Scale;
  readonly categories: readonly string[];
  readonly band: number;
}

const TICKS = 4;
const MAX_BAR = 48;
/** From the end of the chart to the name of a series: a gap, a square and its gap. */
const END_LABEL_START = GAP + 12;
const MAX_END_LABEL = 120;
/** The largest part of the width that names beside the chart take. Longer names stand in a legend. */
const MAX_END_PART = 0.4;
/** Lines start at zero unless that would flatten them. */
const FLAT = 0.6;

const middleOf = (plot: Plot, index: number): number => plot.start + (index + 0.5) * plot.band;

/** Running sums of stacked values for each series and row. Values below zero stack downwards. */
export function stackValues(series: readonly DrawnSeries[]): { from: number; to: number }[][] {
  const rows = series[0]?.values.length ?? 0;
  const sums = Array.from({ length: rows }, () => ({ up: 0, down: 0 }));
  return series.map(({ values }) =>
    sums.map((sum, index) => {
      const value = values[index] ?? 0;
      const side = value < 0 ? "down" : "up";
      const from = sum[side];
      sum[side] += value;
      return { from, to: sum[side] };
    }),
  );
}

/** Where the bars of a waterfall begin and end: wholes at 0, and changes where the bar before ended. */
export function listSteps(values: readonly (number | null)[]): { from: number; to: number }[] {
  let sum = 0;
  return values.map((value, index) => {
    const isWhole = index === 0 || index === values.length - 1;
    const from = isWhole ? 0 : sum;
    sum = from + (value ?? 0);
    return { from, to: sum };
  });
}

type Spans = readonly (readonly { readonly from: number; readonly to: number }[])[];

/** Returns where the bars of each series begin and end; undefined if all begin at 0. */
function listSpans({ spec }: Pen, series: readonly DrawnSeries[]): Spans | undefined {
  if (spec.kind === "stacked") return stackValues(series);
  return spec.kind === "waterfall" ? series.slice(0, 1).map(({ values }) => listSteps(values)) : undefined;
}

function readRange(pen: Pen, series: readonly DrawnSeries[]): [least: number, most: number] {
  const spans = listSpans(pen, series);
  const values = spans
    ? spans.flat().flatMap(({ from, to }) => [from, to])
    : series.flatMap((one) => one.values.filter((value) => value !== null));
  const [least, most] = [Math.min(...values, Number.POSITIVE_INFINITY), Math.max(...values, Number.NEGATIVE_INFINITY)];
  if (!Number.isFinite(least)) return [0, 1];
  const isFlat = pen.spec.kind === "line" && least > most * FLAT;
  return isFlat ? [least, most] : [Math.min(0, least), Math.max(0, most)];
}

function createPlot(pen: Pen, rows: readonly ChartRow[], series: readonly DrawnSeries[], top: number, endWidth: number): Plot {
  const { spec } = pen;
  const ticks = listTicks(...readRange(pen, series), TICKS);
  const start = Math.max(...ticks.map((tick) => measure(pen, spec.formatAxis(tick)))) + GAP;
  const end = spec.width - endWidth;
  const bottom = spec.height - LINE_HEIGHT - GAP;
  return {
    ...{ start, end, top, bottom },
    values: createScale(ticks, bottom, top),
    categories: rows.map((row) => spec.formatCategory(row[spec.category])),
    band: (end - start) / Math.max(1, rows.length),
  };
}

function drawAxes(pen: Pen, plot: Plot): SvgNode[] {
  const lines = plot.values.ticks.flatMap((tick) => {
    const y = Math.round(plot.values.place(tick)) + 0.5;
    const line = { x1: pen.mirror(plot.start), x2: pen.mirror(plot.end), y1: y, y2: y, stroke: pen.theme.border };
    return [
      createNode("line", line),
      drawText(pen, pen.spec.formatAxis(tick), { x: plot.start - GAP, y, anchor: "end", isMuted: true }),
    ];
  });
  // Names that have no room are left out evenly.
  const widest = Math.max(...plot.categories.map((name) => measure(pen, name)), 1);
  const every = Math.max(1, Math.ceil((Math.min(widest, 80) + GAP) / plot.band));
  const names = plot.categories.flatMap((name, index) =>
    index % every === 0
      ? [
          drawText(pen, name, {
            x: middleOf(plot, index),
            y: plot.bottom + GAP + LINE_HEIGHT / 2,
            anchor: "middle",
            isMuted: true,
            // The first and the last name stay in the picture.
            width: Math.min(plot.band * every - 4, 2 * Math.min(middleOf(plot, index), pen.spec.width - middleOf(plot, index))),
          }),
        ]
      : [],
  );
  return [...lines, ...names];
}

const describe = (pen: Pen, plot: Plot, one: DrawnSeries, index: number): SvgNode =>
  drawTitle(`${plot.categories[index]}, ${one.label}: ${pen.spec.formatValue(one.values[index] ?? 0)}`);

function drawBars(pen: Pen, plot: Plot, series: readonly DrawnSeries[]): SvgNode[] {
  const isStacked = pen.spec.kind === "stacked";
  const spans = listSpans(pen, series);
  const columns = spans ? 1 : series.length;
  const width = Math.min(MAX_BAR, (plot.band * 0.7) / columns);
  const bars = series.flatMap((one, position) =>
    one.values.flatMap((value, index) => {
      if (value === null || value === 0) return [];
      const { from, to } = spans ? (spans[position]?.[index] ?? { from: 0, to: 0 }) : { from: 0, to: value };
      const [top, bottom] = [plot.values.place(Math.max(from, to)), plot.values.place(Math.min(from, to))];
      const x = middleOf(plot, index) + (spans ? -width / 2 : (position - columns / 2) * width);
      // A pixel of the surface parts neighbours.
      const place = {
        x,
        y: top,
        width: width - (columns > 1 ? 1 : 0),
        height: bottom - top - (isStacked && from !== 0 ? 1 : 0),
        radius: 2,
      };
      const fill = pen.spec.kind === "waterfall" ? chooseStepColor(pen, one, index) : one.color;
      return [drawRect(pen, place, { fill, ...markAttributes(index, one.key) }, describe(pen, plot, one, index))];
    }),
  );
  const [only, ...others] = series;
  return only && others.length === 0 ? [...bars, ...drawBarValues(pen, plot, only)] : bars;
}

/** Wholes, rises and falls of a waterfall have colors of their own. */
function chooseStepColor({ theme }: Pen, { color, values }: DrawnSeries, index: number): string {
  const [, rise = color, fall = color] = theme.series;
  if (index === 0 || index === values.length - 1) return color;
  return (values[index] ?? 0) < 0 ? fall : rise;
}

/** Names all bars or none: a bar without its value looks like one without a value. */
function drawBarValues(pen: Pen, plot: Plot, one: DrawnSeries): SvgNode[] {
  const { values } = one;
  const [spans] = listSpans(pen, [one]) ?? [];
  const texts = values.map((value) => (value === null || value === 0 ? "" : pen.spec.formatAxis(value)));
  if (texts.some((text) => measure(pen, text) > plot.band)) return [];
  return texts.flatMap((text, index) => {
    const value = values[index] ?? 0;
    const { from, to } = spans?.[index] ?? { from: 0, to: value };
    const y = spans ? plot.values.place(Math.max(from, to)) - GAP : plot.values.place(value) + (value < 0 ? GAP + 4 : -GAP);
    return text === "" ? [] : [drawText(pen, text, { x: middleOf(plot, index), y, anchor: "middle", isStrong: true })];
  });
}

function drawLines(pen: Pen, plot: Plot, series: readonly DrawnSeries[]): SvgNode[] {
  const isArea = pen.spec.kind === "area";
  const floor = plot.values.place(Math.max(0, plot.values.ticks[0] ?? 0));
  return series.flatMap((one) => {
    const points = one.values.map((value, index) =>
      value === null ? null : ([pen.mirror(middleOf(plot, index)), plot.values.place(value)] as const),
    );
    const nodes = splitAtGaps(points).flatMap((run) => {
      const path = run.map(([x, y], index) => `${index === 0 ? "M" : "L"}${roundTenth(x)} ${roundTenth(y)}`).join("");
      const stroke = createNode("path", {
        d: path,
        fill: "none",
        stroke: one.color,
        "stroke-width": 2,
        "stroke-linejoin": "round",
        "stroke-linecap": "round",
      });
      if (!isArea) return [stroke];
      const [[first = 0] = [], [last = 0] = []] = [run[0] ?? [], run.at(-1) ?? []];
      return [
        createNode("path", {
          d: `${path}L${roundTenth(last)} ${roundTenth(floor)}L${roundTenth(first)} ${roundTenth(floor)}Z`,
          fill: one.color,
          "fill-opacity": 0.16,
        }),
        stroke,
      ];
    });
    const dots = points.flatMap((point, index) =>
      point === null
        ? []
        : [
            createNode(
              "circle",
              {
                cx: point[0],
                cy: point[1],
                r: plot.band < 16 ? 2 : 3.5,
                fill: one.color,
                stroke: pen.theme.surface,
                "stroke-width": 1.5,
                ...markAttributes(index, one.key),
              },
              describe(pen, plot, one, index),
            ),
          ],
    );
    return [...nodes, ...dots];
  });
}

type Point = readonly [x: number, y: number];

/** Parts a line where a value is missing: a gap is not zero. */
function splitAtGaps(points: readonly (Point | null)[]): Point[][] {
  const runs: Point[][] = [[]];
  for (const point of points) {
    if (point === null) runs.push([]);
    else runs.at(-1)?.push(point);
  }
  return runs.filter((run) => run.length > 0);
}

/** Parts a name that is wider than its place at the space that gives the narrowest lines. */
export function splitLabel(label: string, width: (text: string) => number, room: number): readonly string[] {
  const words = label.split(" ");
  if (words.length < 2 || width(label) <= room) return [label];
  const parts = words.slice(1).map((_, index) => [words.slice(0, index + 1).join(" "), words.slice(index + 1).join(" ")]);
  const widest = (lines: readonly string[]): number => Math.max(...lines.map(width));
  return parts.reduce((best, lines) => (widest(lines) < widest(best) ? lines : best));
}

type EndLabels = readonly (readonly string[])[];

/** Names the series beside their last marks. */
function drawEndLabels(pen: Pen, plot: Plot, series: readonly DrawnSeries[], labels: EndLabels): SvgNode[] {
  const stacked = stackValues(series);
  const places = series.map((one, position) => {
    const last = one.values.findLastIndex((value) => value !== null);
    const { from, to } = stacked[position]?.[last] ?? { from: 0, to: 0 };
    return plot.values.place(pen.spec.kind === "stacked" ? (from + to) / 2 : (one.values[last] ?? 0));
  });
  const height = Math.max(...labels.map(({ length }) => length)) * LINE_HEIGHT;
  return spreadLabels(places, plot.top, plot.bottom, height).flatMap((middle, position) => {
    const lines = labels[position] ?? [];
    const y = middle - ((lines.length - 1) * LINE_HEIGHT) / 2;
    const x = plot.end + END_LABEL_START;
    return [
      drawRect(pen, { x: plot.end + GAP, y: y - 4, width: 8, height: 8, radius: 2 }, { fill: series[position]?.color ?? "" }),
      ...lines.map((line, index) => drawText(pen, line, { x, y: y + index * LINE_HEIGHT, width: pen.spec.width - x })),
    ];
  });
}

export function drawCartesian(pen: Pen, rows: readonly ChartRow[], series: readonly DrawnSeries[]): SvgNode[] {
  const measureLabel = (text: string): number => measure(pen, text);
  const room = Math.min(MAX_END_LABEL, pen.spec.width * MAX_END_PART) - END_LABEL_START;
  const labels = series.map(({ label }) => splitLabel(label, measureLabel, room));
  const endWidth = Math.min(MAX_END_LABEL, Math.ceil(Math.max(...labels.flat().map(measureLabel))) + END_LABEL_START);
  const hasEndLabels = series.length === 2 && endWidth <= pen.spec.width * MAX_END_PART;
  const legend = series.length > 1 && !hasEndLabels ? drawLegend(pen, series) : { nodes: [], height: LINE_HEIGHT };
  const plot = createPlot(pen, rows, series, legend.height, hasEndLabels ? endWidth : 0);
  const isLine = pen.spec.kind === "line" || pen.spec.kind === "area";
  return [
    ...legend.nodes,
    ...drawAxes(pen, plot),
    ...(isLine ? drawLines(pen, plot, series) : drawBars(pen, plot, series)),
    ...(hasEndLabels ? drawEndLabels(pen, plot, series, labels) : []),
  ];
}
