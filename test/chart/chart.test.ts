import { listSteps, splitLabel, stackValues } from "@crm/chart/cartesian.ts";
import { chart, measureHeight } from "@crm/chart/chart.ts";
import { joinSmallParts } from "@crm/chart/parts-of-whole.ts";
import { createScale, fitText, listTicks, measureText } from "@crm/chart/scale.ts";
import { type ChartRow, type ChartSpec, type ChartTheme, MAX_SERIES } from "@crm/chart/spec.ts";
import { type SvgNode, writeSvg } from "@crm/chart/svg.ts";
import { describe, expect, it } from "vitest";

const theme: ChartTheme = {
  text: "#111111",
  muted: "#222222",
  border: "#333333",
  surface: "#ffffff",
  series: ["#c00001", "#c00002", "#c00003", "#c00004", "#c00005", "#c00006"],
  other: "#c00007",
  font: "Inter",
  fontSize: 12,
};

const spec: ChartSpec = {
  kind: "bar",
  title: "Won by month",
  category: "month",
  series: [{ key: "won", label: "Won" }],
  width: 400,
  height: 240,
  direction: "ltr",
  formatCategory: (value) => String(value ?? "–"),
  formatValue: String,
  formatAxis: String,
  formatShare: (share) => `${Math.round(share * 100)} %`,
  otherLabel: "Other",
};

const rows: ChartRow[] = [
  { month: "Jan", won: "100.50", lost: 40 },
  { month: "Feb", won: 50, lost: 20 },
  { month: "Mar", won: null, lost: 10 },
  { month: "Apr", won: 0, lost: 5 },
];

const listNodes = (node: SvgNode): SvgNode[] => [
  node,
  ...node.children.flatMap((child) => (typeof child === "string" ? [] : listNodes(child))),
];
const draw = (changes: Partial<ChartSpec>, data: readonly ChartRow[] = rows) =>
  listNodes(chart({ ...spec, ...changes }, data, theme));
const listTexts = (nodes: readonly SvgNode[]) =>
  nodes.filter(({ tag }) => tag === "text").map(({ children }) => children.filter((child) => typeof child === "string").join(""));
const listMarks = (nodes: readonly SvgNode[]) => nodes.filter(({ attributes }) => "data-row" in attributes);
const wonAndLost = { series: [...spec.series, { key: "lost", label: "Lost" }] };

describe("an axis", () => {
  it.each([
    [0, 187_300, 4, [0, 50_000, 100_000, 150_000, 200_000]],
    [0, 3, 4, [0, 1, 2, 3]],
    [-20, 35, 4, [-20, 0, 20, 40]],
    [0, 0, 4, [0, 1]],
    [0, 1, 4, [0, 1]],
    [0, 10, 4, [0, 5, 10]],
    [0, 90, 4, [0, 25, 50, 75, 100]],
    [0, 1.5, 4, [0, 0.5, 1, 1.5]],
    [0, 0.3, 4, [0, 0.1, 0.2, 0.3]],
    [5, 5, 4, [4, 6]],
  ])("from %d to %d has round values", (least, most, count, ticks) => {
    const found = listTicks(least, most, count);
    if (least !== most) expect(found).toEqual(ticks);
    expect(found[0]).toBeLessThanOrEqual(least);
    expect(found.at(-1)).toBeGreaterThanOrEqual(most);
    expect(found.length).toBeLessThanOrEqual(count + 2);
  });

  it("places its first and its last value at its ends", () => {
    const { place } = createScale([0, 50, 100], 200, 0);
    expect([place(0), place(25), place(100)]).toEqual([200, 150, 0]);
  });
});

describe("a chart", () => {
  it("draws bars from zero, as high as their values, and names each value", () => {
    const bars = listMarks(draw({}));
    expect(bars.map(({ attributes }) => [attributes["data-row"], attributes["data-series"]])).toEqual([
      [0, "won"],
      [1, "won"],
    ]);
    const [first, second] = bars.map(({ attributes }) => Number(attributes.height));
    expect((first ?? 0) / (second ?? 1)).toBeCloseTo(100.5 / 50, 1);
    expect(listTexts(draw({}))).toEqual(expect.arrayContaining(["100.5", "50", "Jan", "Apr"]));
  });

  it("stacks values above zero upwards and values below zero downwards", () => {
    const series = [
      { key: "a", label: "A", color: "", values: [3, -1] },
      { key: "b", label: "B", color: "", values: [2, -2] },
      { key: "c", label: "C", color: "", values: [-4, null] },
    ];
    expect(stackValues(series).map((places) => places.map(({ from, to }) => [from, to]))).toEqual([
      [
        [0, 3],
        [0, -1],
      ],
      [
        [3, 5],
        [-1, -3],
      ],
      [
        [0, -4],
        [0, 0],
      ],
    ]);
  });

  it("interrupts a line where a value is missing", () => {
    const paths = draw({ kind: "line" }).filter(({ tag }) => tag === "path");
    expect(paths.map(({ attributes }) => String(attributes.d).match(/[ML]/g)?.length)).toEqual([2, 1]);
  });

  it("names two series beside the chart, and three in a legend", () => {
    const two = draw({ kind: "line", ...wonAndLost });
    const three = draw({ kind: "area", series: [...wonAndLost.series, { key: "won", label: "Again" }] });
    const find = (nodes: readonly SvgNode[], text: string) => nodes.find(({ children }) => children.includes(text))?.attributes;
    expect(Number(find(two, "Lost")?.x)).toBeGreaterThan(300);
    expect(Number(find(three, "Lost")?.y)).toBeLessThan(20);
  });

  it.each([
    ["Won", 60, ["Won"]],
    ["Opportunities won", 200, ["Opportunities won"]],
    ["Opportunities won", 100, ["Opportunities", "won"]],
    ["Value of open opportunities", 100, ["Value of open", "opportunities"]],
    ["Donaudampfschifffahrt", 40, ["Donaudampfschifffahrt"]],
  ])("parts the name %s, if it is wider than %i, into lines of like width", (label, room, lines) => {
    expect(splitLabel(label, (text) => measureText(text, 12), room)).toEqual(lines);
  });

  it("names two series with long names beside a narrow chart, in two lines each, apart from each other", () => {
    const series = [
      { key: "won", label: "Opportunities won" },
      { key: "lost", label: "Opportunities lost" },
    ];
    const nodes = draw({ width: 296, series }, [{ month: "Jan", won: 1, lost: 1 }]);
    expect(listTexts(nodes)).toEqual(expect.arrayContaining(["Opportunities", "won", "Opportunities", "lost"]));
    const names = nodes.filter(({ tag, attributes }) => tag === "text" && Number(attributes.x) > 190);
    const places = names.map(({ attributes }) => Number(attributes.y)).toSorted((a, b) => a - b);
    expect(places.slice(1).map((y, index) => Math.round(y - (places[index] ?? 0)))).toEqual([16, 16, 16]);
  });

  it.each([
    ["bar", "horizontal", 2, 72],
    ["bar", "horizontal", 20, 240],
    ["bar", "horizontal", 0, 36],
    ["funnel", undefined, 3, 108],
    ["bar", "vertical", 2, 240],
    ["line", "horizontal", 2, 240],
  ] as const)("of the kind %s (%s) with %i rows is %i pixels high", (kind, orientation, count, height) => {
    expect(measureHeight({ kind, ...(orientation && { orientation }) }, count, 240)).toBe(height);
  });

  it("adds up the series after the sixth", () => {
    const series = Array.from({ length: 9 }, (_, index) => ({ key: `s${index}`, label: `S${index}` }));
    const data = [Object.fromEntries([["month", "Jan"], ...series.map(({ key }) => [key, 10] as const)])];
    const marks = listMarks(draw({ kind: "stacked", series }, data));
    expect(marks).toHaveLength(MAX_SERIES + 1);
    const { attributes } = marks.at(-1) ?? expect.fail();
    expect([attributes["data-series"], attributes.fill]).toEqual(["other", theme.other]);
    const heights = marks.map((mark) => Math.round(Number(mark.attributes.height)));
    expect(heights.at(-1)).toBeGreaterThan(2.5 * (heights[0] ?? 0));
  });

  it("shows in a funnel which part of the stage before is left", () => {
    const data = [420, 261, 0].map((won, index) => ({ month: `Stage ${index}`, won }));
    expect(listTexts(draw({ kind: "funnel" }, data))).toEqual(["Stage 0", "420", "Stage 1", "261 · 62 %", "Stage 2", "0 · 0 %"]);
  });

  it("shows at most three parts in a donut, the smaller ones as one", () => {
    const lines = [5, 50, 0, 20, 10].map((value, row) => ({ name: `N${row}`, value, row }));
    expect(joinSmallParts(lines, "Other").map(({ name, value, row }) => [name, value, row])).toEqual([
      ["N1", 50, 1],
      ["N3", 20, 3],
      ["Other", 15, -1],
    ]);
    const data = [3, 1].map((won, index) => ({ month: `M${index}`, won }));
    expect(listTexts(draw({ kind: "donut" }, data))).toEqual(["4", "M0", "3 · 75 %", "M1", "1 · 25 %"]);
  });

  it.each(["bar", "stacked", "line", "area", "funnel", "donut"] as const)(
    "mirrors a %s where text runs from right to left",
    (kind) => {
      const readPlaces = (direction: "ltr" | "rtl") =>
        draw({ kind, direction, ...wonAndLost })
          .filter(({ tag }) => tag === "text")
          .map(({ attributes }) => Number(attributes.x));
      expect(readPlaces("rtl")).toEqual(readPlaces("ltr").map((x) => Math.round((spec.width - x) * 10) / 10));
    },
  );

  it.each(["bar", "stacked", "line", "area", "funnel", "donut"] as const)(
    "draws a %s without rows, with one and with odd values",
    (kind) => {
      for (const data of [
        [],
        [{ month: "Jan", won: 0 }],
        [{ month: "x".repeat(255), won: "999999999999999.99" }],
        [{ won: "?" }],
      ])
        for (const width of [1, 120, 1200]) {
          const picture = writeSvg(chart({ ...spec, kind, width }, data, theme));
          expect(picture).not.toMatch(/NaN|Infinity|undefined/);
        }
    },
  );

  it("has no text wider than its place", () => {
    expect(fitText("Donaudampfschifffahrt", 12, 60)).toMatch(/^Donau\w*…$/);
    expect(measureText(fitText("日本造船株式会社", 12, 60), 12)).toBeLessThanOrEqual(60);
    expect(fitText("Won", 12, 60)).toBe("Won");
  });

  it("escapes names in its text", () => {
    const picture = writeSvg(chart({ ...spec, title: 'A & "B"' }, [{ month: "<script>", won: 1 }], theme));
    expect(picture).toContain("&lt;script&gt;");
    expect(picture).toContain('aria-label="A &amp; &quot;B&quot;"');
    expect(picture).not.toContain("<script>");
  });
});

it.each([
  [
    [100, 20, -50, 70],
    [
      [0, 100],
      [100, 120],
      [120, 70],
      [0, 70],
    ],
  ],
  [
    [0, null, 5],
    [
      [0, 0],
      [0, 0],
      [0, 5],
    ],
  ],
])("draws the steps of a waterfall of %j from and to %j", (values, steps) => {
  expect(listSteps(values).map(({ from, to }) => [from, to])).toEqual(steps);
});
