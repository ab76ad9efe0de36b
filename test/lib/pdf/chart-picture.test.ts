import { chart } from "@crm/chart/chart.ts";
import type { ChartRow, ChartSpec } from "@crm/chart/spec.ts";
import { createNode, type SvgNode } from "@crm/chart/svg.ts";
import { PAPER_THEME } from "@crm/core/analytics/report/report-chart.rules.ts";
import type { BusinessDocument } from "@crm/core/lib/pdf/document.ts";
import { renderBytes } from "@crm/core/lib/pdf/renderer.ts";
import { readShapes } from "@crm/core/lib/pdf/svg-shapes.rules.ts";
import { packagedFonts } from "@crm/local/ports/fonts.ts";
import { describe, expect, it } from "vitest";
import { openPdf, readPages } from "./pdf-text.ts";

const draw = (...children: SvgNode[]): SvgNode => createNode("svg", { width: 100, height: 50, "font-size": 8 }, ...children);
const color = { fill: "#112233" };

describe("the shapes of a picture", () => {
  it.each<[string, SvgNode, unknown[]]>([
    [
      "a rectangle",
      createNode("rect", { x: 1, y: 2, width: 10, height: 5, ...color }),
      [{ kind: "path", commands: [["M", 1, 2], ["L", 11, 2], ["L", 11, 7], ["L", 1, 7], ["Z"]], fill: "#112233" }],
    ],
    ["a rectangle without an area", createNode("rect", { x: 1, y: 2, width: 0, height: 5, rx: 2, ...color }), []],
    [
      "a line, without an area",
      createNode("line", { x1: 0, y1: 3.5, x2: 9, y2: 3.5, stroke: "#dddddd" }),
      [
        {
          kind: "path",
          commands: [
            ["M", 0, 3.5],
            ["L", 9, 3.5],
          ],
          stroke: { color: "#dddddd", width: 1, isRound: false },
        },
      ],
    ],
    [
      "a path with an opacity",
      createNode("path", { d: "M0 1L2.5 -3Z", fill: "#112233", "fill-opacity": 0.16 }),
      [{ kind: "path", commands: [["M", 0, 1], ["L", 2.5, -3], ["Z"]], fill: "#112233", opacity: 0.2 }],
    ],
    [
      "a stroke",
      createNode("path", { d: "M0 0L1 1", fill: "none", stroke: "#112233", "stroke-width": 2, "stroke-linecap": "round" }),
      [
        {
          kind: "path",
          commands: [
            ["M", 0, 0],
            ["L", 1, 1],
          ],
          stroke: { color: "#112233", width: 2, isRound: true },
        },
      ],
    ],
    [
      "a text with its hint, on one line",
      createNode("text", { x: 4, y: 9, "text-anchor": "end", ...color }, createNode("title", {}, "all of it"), "a\nb"),
      [
        {
          ...{ kind: "text", text: "a b", x: 4, baseline: 9, anchor: "end" },
          ...{ size: 8, weight: "Regular", color: "#112233" },
        },
      ],
    ],
    [
      "a strong text",
      createNode("text", { x: 0, y: 0, "text-anchor": "start", "font-weight": 500, ...color }, "7"),
      [expect.objectContaining({ weight: "Bold" })],
    ],
  ])("are those of %s", (_, node, shapes) => {
    expect(readShapes(draw(node))).toEqual(shapes);
  });

  it("have round corners that end at the edges", () => {
    const [shape] = readShapes(draw(createNode("rect", { x: 0, y: 0, width: 10, height: 4, rx: 20, ...color })));
    const curves = shape?.kind === "path" ? shape.commands.filter(([letter]) => letter === "C") : [];
    expect(curves.map((curve) => curve.slice(5))).toEqual([
      [10, 2],
      [8, 4],
      [0, 2],
      [2, 0],
    ]);
  });

  it.each<[string, object, number[], number[]]>([
    ["at three o'clock", {}, [12, 10], [0, 0]],
    ["at the top, when turned", { transform: "rotate(-90 10 10)" }, [10, 8], [0, 0]],
    ["behind the parts before", { "stroke-dasharray": "3 12.6", "stroke-dashoffset": -5 }, [12, 10], [15.6, 10.6]],
    ["at its first part", { "stroke-dasharray": "3 12.6", "stroke-dashoffset": 0 }, [12, 10], [15.6, 0]],
  ])("of a circle begin %s", (_, more, start, [period, phase]) => {
    const circle = { cx: 10, cy: 10, r: 2, fill: "none", stroke: "#112233", "stroke-width": 1, ...more };
    const [shape] = readShapes(draw(createNode("circle", circle)));
    if (shape?.kind !== "path") throw new Error("A circle is a path");
    expect(shape.commands[0]?.slice(1)).toEqual(start);
    expect(shape.commands.at(-2)?.slice(5)).toEqual(start);
    const { lengths = [], phase: found = 0 } = shape.stroke?.dash ?? {};
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBeCloseTo(period ?? 0);
    expect(found).toBeCloseTo(phase ?? 0);
  });

  it.each<[string, SvgNode]>([
    ["element", createNode("ellipse", color)],
    ["attribute", createNode("rect", { x: 0, y: 0, width: 1, height: 1, opacity: 1, ...color })],
    ["color", createNode("rect", { x: 0, y: 0, width: 1, height: 1, fill: "var(--color-text)" })],
    ["command of a path", createNode("path", { d: "M0 0Q1 1 2 2", ...color })],
    ["transformation", createNode("circle", { cx: 1, cy: 1, r: 1, transform: "scale(2)", ...color })],
  ])("are refused with an unknown %s", (_, node) => {
    expect(() => readShapes(draw(node))).toThrow("A picture");
  });
});

const spec: ChartSpec = {
  ...{ kind: "bar", title: "Won", category: "month", width: 480, height: 200, direction: "ltr", otherLabel: "Other" },
  series: ["a", "b", "c"].map((key) => ({ key, label: `Series ${key}` })),
  formatCategory: String,
  formatValue: String,
  formatAxis: String,
  formatShare: (share) => `${Math.round(share * 100)} %`,
};
const rows: ChartRow[] = [
  { month: "Jan", a: "100.5", b: 40, c: -3 },
  { month: "Feb", a: 50, b: null, c: 8 },
  { month: "März", a: 0, b: 10, c: 5 },
];
const kinds = ["bar", "stacked", "line", "area", "funnel", "donut", "waterfall"] as const;

const drawKind = (kind: ChartSpec["kind"], direction: ChartSpec["direction"], width = 480): SvgNode =>
  chart({ ...spec, kind, direction, width }, rows, PAPER_THEME);

const render = (direction: ChartSpec["direction"], pictures: readonly SvgNode[]) => {
  const document: BusinessDocument = {
    ...{ language: direction === "rtl" ? "ar" : "de", title: "T", id: "r/1", at: "2026-01-31T09:30:00.000Z", paper: "A4" },
    blocks: pictures.map((picture) => ({ kind: "chart", picture, alt: "Won by month" })),
  };
  return renderBytes(document, packagedFonts());
};

describe("a chart in a document", () => {
  it.each(kinds)("has a shape for each mark and text of a %s", (kind) => {
    const picture = drawKind(kind, "ltr");
    const nodes = picture.children.filter((child) => typeof child !== "string");
    expect(nodes.length).toBeGreaterThan(5);
    expect(readShapes(picture)).toHaveLength(
      nodes.filter(({ attributes }) => attributes.width !== 0 && attributes.height !== 0).length,
    );
  });

  it.each(["ltr", "rtl"] as const)(
    "has its texts within the margins, %s, and is made smaller if it is too wide",
    async (direction) => {
      const pictures = [...kinds.map((kind) => drawKind(kind, direction)), drawKind("bar", direction, 1200)];
      const texts = (await readPages(await render(direction, pictures))).flat();
      const words = texts.map(({ text }) => text).join(" ");
      for (const shape of pictures.flatMap(readShapes)) if (shape.kind === "text") expect(words).toContain(shape.text);
      for (const { x, width, text } of texts) expect([x > 53, x + width < 542.3], text).toEqual([true, true]);
    },
  );

  it("is drawn with lines and areas, not with pixels", async () => {
    const page = await (await openPdf(await render("ltr", [drawKind("area", "ltr")]))).getPage(1);
    const { OPS } = await import("unpdf/pdfjs");
    const { fnArray } = await page.getOperatorList();
    const count = (operation: number): number => fnArray.filter((found) => found === operation).length;
    expect(count(OPS.constructPath)).toBeGreaterThan(12);
    expect([count(OPS.setGState) > 0, count(OPS.paintImageXObject)]).toEqual([true, 0]);
  });
});
