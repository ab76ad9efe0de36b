import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

/** The contrast of the colors of the console (WCAG 2.2, 1.4.3 and 1.4.11), in both modes. */

const theme = readFileSync(join(import.meta.dirname, "../../packages/console/src/theme.css"), "utf8");

type Mode = "light" | "dark";

/** Tokens with one opaque color for each mode. */
const colors = new Map(
  [...theme.matchAll(/--color-([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, { light, dark }] as const,
  ),
);

function readLuminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function computeContrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [readLuminance(one), readLuminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ["bg", "surface", "raised"];
const HUES = ["gray", "red", "orange", "yellow", "green", "teal", "blue", "indigo", "purple", "pink"];
const FEEDBACK = ["danger", "warning", "success", "info"];
const on = (names: readonly string[], backgrounds: readonly string[]): [string, string][] =>
  names.flatMap((name) => backgrounds.map((background): [string, string] => [name, background]));

/** Text, which needs 4.5 to 1. */
const texts: [string, string][] = [
  ...on(["text", "text-muted"], [...SURFACES, "hover", "track", "off-hours", "accent-subtle"]),
  ...on(
    ["text"],
    FEEDBACK.map((name) => `${name}-subtle`),
  ),
  ...on(["accent-text"], [...SURFACES, "hover", "accent-subtle"]),
  ...on(["danger"], [...SURFACES, "hover"]),
  ...on(["on-accent"], ["accent", "accent-hover"]),
  ...on(["on-danger"], ["danger", "danger-hover"]),
  ...FEEDBACK.map((name): [string, string] => [name, `${name}-subtle`]),
  ...HUES.map((hue): [string, string] => [`hue-${hue}`, `hue-${hue}-subtle`]),
];

/** Borders of inputs, icons, focus rings and marks of charts, which need 3 to 1. */
const shapes: [string, string][] = [
  ...on(["border-strong", "accent"], SURFACES),
  ...on(
    HUES.map((hue) => `hue-${hue}`),
    SURFACES,
  ),
  ...on([...["1", "2", "3", "4", "5", "6"].map((index) => `chart-${index}`), "chart-other"], ["bg", "surface"]),
];

/** Areas without a line between them. */
const areas: [string, string][] = [["off-hours", "surface"]];

/** Lines that only part what space parts already, or that stand around the text of a button. */
const DECORATION = ["border", "border-control"];

describe.each<Mode>(["light", "dark"])("the %s theme", (mode) => {
  const listWeak = (pairs: readonly [string, string][], least: number): string[] =>
    pairs.flatMap(([front, back]) => {
      const [one, other] = [colors.get(front)?.[mode] ?? "", colors.get(back)?.[mode] ?? ""];
      const contrast = computeContrast(one, other);
      return contrast >= least ? [] : [`${front} on ${back}: ${contrast.toFixed(2)}`];
    });

  it("has readable text", () => {
    expect(listWeak(texts, 4.5)).toEqual([]);
  });

  it("has visible borders, rings and marks", () => {
    expect(listWeak(shapes, 3)).toEqual([]);
  });

  it("has areas that differ", () => {
    expect(listWeak(areas, 1.12)).toEqual([]);
  });
});

it("checks each color", () => {
  const checked = new Set([...texts, ...shapes].flat());
  expect([...colors.keys()].filter((name) => !checked.has(name) && !DECORATION.includes(name))).toEqual([]);
  expect([...checked].filter((name) => !colors.has(name))).toEqual([]);
});

it("computes the contrast as the standard does", () => {
  expect(computeContrast("#ffffff", "#000000")).toBeCloseTo(21);
  expect(computeContrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});
