import type { SvgNode } from "@crm/chart/svg.ts";
import type { Weight } from "./font-families.ts";

/**
 * The shapes of a chart's picture. Exactly the elements and attributes that `chart` of `packages/chart` writes are known: another one is an error, so that
 * no part of a picture is missing in a document.
 */

export type PathCommand =
  | readonly ["M" | "L", x: number, y: number]
  | readonly ["C", x1: number, y1: number, x2: number, y2: number, x: number, y: number]
  | readonly ["Z"];

interface Stroke {
  /** `#rrggbb`. */
  readonly color: string;
  readonly width: number;
  /** Whether ends and corners are round. */
  readonly isRound: boolean;
  /** Lengths of dashes and gaps, and where in them the stroke begins. */
  readonly dash?: { readonly lengths: readonly number[]; readonly phase: number };
}

/** A line or an area. Positions are in the units of the picture, from its upper left corner. */
export interface PathShape {
  readonly kind: "path";
  readonly commands: readonly PathCommand[];
  /** `#rrggbb`. */
  readonly fill?: string;
  /** From 0 to 1. */
  readonly opacity?: number;
  readonly stroke?: Stroke;
}

export interface TextShape {
  readonly kind: "text";
  readonly text: string;
  readonly x: number;
  readonly baseline: number;
  /** The part of the text that is at `x`. The start is on the right in a picture from right to left. */
  readonly anchor: "start" | "middle" | "end";
  readonly size: number;
  readonly weight: Weight;
  /** `#rrggbb`. */
  readonly color: string;
}

type Shape = PathShape | TextShape;

const STROKE = ["stroke", "stroke-width", "stroke-linejoin", "stroke-linecap"];

/** The attributes of each element. Those of `svg` describe the picture. */
const attributesByTag: Readonly<Record<string, readonly string[]>> = {
  rect: ["x", "y", "width", "height", "rx", "fill"],
  line: ["x1", "y1", "x2", "y2", "stroke"],
  path: ["d", "fill", "fill-opacity", ...STROKE],
  circle: ["cx", "cy", "r", "fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-dashoffset", "transform"],
  text: ["x", "y", "text-anchor", "fill", "font-weight"],
};

/** The marks of the console: they have no look. */
const MARKS = /^data-/;

/** Returns the size of a picture in its own units. */
export const readPictureSize = ({ attributes }: SvgNode): { width: number; height: number } => ({
  width: Number(attributes.width),
  height: Number(attributes.height),
});

/** Returns the shapes of a picture in the order in which they are drawn. */
export function readShapes({ tag, attributes, children }: SvgNode): Shape[] {
  if (tag !== "svg") throw new Error(`A picture begins with svg, not with ${tag}`);
  const size = Number(attributes["font-size"]);
  return children.flatMap((child) => (typeof child === "string" ? [] : readShape(child, size)));
}

function readShape(node: SvgNode, fontSize: number): Shape[] {
  const { tag, attributes } = node;
  const known = attributesByTag[tag];
  const unknown = Object.keys(attributes).find((name) => !known?.includes(name) && !MARKS.test(name));
  if (!known || unknown !== undefined) throw new Error(`A picture has ${tag} with ${unknown ?? "no known attribute"}`);
  const read = (name: string): number => Number(attributes[name] ?? 0);
  switch (tag) {
    case "text":
      return [readText(node, fontSize)];
    case "rect": {
      const [width, height] = [read("width"), read("height")];
      if (width <= 0 || height <= 0) return [];
      const radius = Math.min(read("rx"), width / 2, height / 2);
      return [{ kind: "path", commands: outlineRect(read("x"), read("y"), width, height, radius), ...readPaint(node) }];
    }
    case "line":
      return [
        {
          kind: "path",
          commands: [
            ["M", read("x1"), read("y1")],
            ["L", read("x2"), read("y2")],
          ],
          ...readPaint(node),
        },
      ];
    case "circle":
      return [{ kind: "path", commands: outlineCircle(node), ...readPaint(node) }];
    default:
      return [{ kind: "path", commands: parsePath(String(attributes.d)), ...readPaint(node) }];
  }
}

function readText({ attributes, children }: SvgNode, size: number): TextShape {
  const text = children.filter((child) => typeof child === "string").join("");
  return {
    kind: "text",
    text: text.replaceAll(/\s+/g, " "),
    x: Number(attributes.x),
    baseline: Number(attributes.y),
    anchor: attributes["text-anchor"] as TextShape["anchor"],
    size,
    weight: attributes["font-weight"] === undefined ? "Regular" : "Bold",
    color: requireColor(attributes.fill),
  };
}

/** Returns how a path is filled and stroked. Without `fill`, a shape would be black, except lines, which have no area. */
function readPaint({ tag, attributes }: SvgNode): Pick<PathShape, "fill" | "opacity" | "stroke"> {
  const { fill, stroke, "fill-opacity": opacity, "stroke-linecap": cap } = attributes;
  const dash = readDash(attributes);
  return {
    ...(fill === "none" || tag === "line" ? {} : { fill: requireColor(fill) }),
    ...(opacity === undefined ? {} : { opacity: Number(opacity) }),
    ...(stroke === undefined
      ? {}
      : {
          stroke: {
            color: requireColor(stroke),
            width: Number(attributes["stroke-width"] ?? 1),
            isRound: cap === "round",
            ...(dash ? { dash } : {}),
          },
        }),
  };
}

/** A negative offset moves the dashes forward; in a PDF the phase is not negative. */
function readDash(attributes: SvgNode["attributes"]): Stroke["dash"] | undefined {
  if (attributes["stroke-dasharray"] === undefined) return undefined;
  const lengths = String(attributes["stroke-dasharray"]).split(" ").map(Number);
  const period = lengths.reduce((sum, length) => sum + length, 0);
  const offset = Number(attributes["stroke-dashoffset"] ?? 0);
  return { lengths, phase: period === 0 ? 0 : ((offset % period) + period) % period };
}

function requireColor(value: string | number | undefined): string {
  if (typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value)) return value;
  throw new Error(`A picture of a document has the color ${value}: it must be like #3b5bdb`);
}

/** Where the handles of a curve are that looks like a quarter of a circle, as a part of the radius. */
const CURVE = 0.5523;

function outlineRect(x: number, y: number, width: number, height: number, radius: number): PathCommand[] {
  const [right, bottom, k] = [x + width, y + height, radius * (1 - CURVE)];
  if (radius === 0) return [["M", x, y], ["L", right, y], ["L", right, bottom], ["L", x, bottom], ["Z"]];
  return [
    ["M", x + radius, y],
    ["L", right - radius, y],
    ["C", right - k, y, right, y + k, right, y + radius],
    ["L", right, bottom - radius],
    ["C", right, bottom - k, right - k, bottom, right - radius, bottom],
    ["L", x + radius, bottom],
    ["C", x + k, bottom, x, bottom - k, x, bottom - radius],
    ["L", x, y + radius],
    ["C", x, y + k, x + k, y, x + radius, y],
    ["Z"],
  ];
}

/** Outlines a circle clockwise. It begins at three o'clock, and at the top where it is rotated back by a quarter. */
function outlineCircle({ attributes }: SvgNode): PathCommand[] {
  const [cx, cy, r] = [Number(attributes.cx), Number(attributes.cy), Number(attributes.r)];
  const { transform } = attributes;
  if (transform !== undefined && transform !== `rotate(-90 ${cx} ${cy})`)
    throw new Error(`A picture has the transformation ${transform}: only a quarter back around the circle is known`);
  const first = transform === undefined ? 0 : -1;
  const at = (quarter: number): readonly [number, number] => [
    Math.round(Math.cos((quarter * Math.PI) / 2)),
    Math.round(Math.sin((quarter * Math.PI) / 2)),
  ];
  const place = ([x, y]: readonly [number, number]): [number, number] => [cx + x * r, cy + y * r];
  const curves = [0, 1, 2, 3].map((index): PathCommand => {
    const [[ax, ay], [bx, by]] = [at(first + index), at(first + index + 1)];
    return ["C", ...place([ax + CURVE * bx, ay + CURVE * by]), ...place([bx + CURVE * ax, by + CURVE * ay]), ...place([bx, by])];
  });
  return [["M", ...place(at(first))], ...curves, ["Z"]];
}

/** Parses the data of a path: `M0 1L2 3Z`. */
function parsePath(data: string): PathCommand[] {
  const commands = [...data.matchAll(/([A-Za-z])([^A-Za-z]*)/g)].map(([, letter = "", rest = ""]): PathCommand => {
    if (letter === "Z") return ["Z"];
    const [x, y, ...more] = rest.trim().split(" ").map(Number);
    if ((letter !== "M" && letter !== "L") || x === undefined || y === undefined || more.length > 0 || Number.isNaN(x + y))
      throw new Error(`A picture has the path ${data}: only M, L and Z with one point each are known`);
    return [letter, x, y];
  });
  return commands;
}
