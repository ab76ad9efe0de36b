import LineBreaker from "linebreak";
import type { Weight } from "./families.ts";
import type { Fontbook, OpenFont } from "./fonts.ts";
import { type GlyphRun, levelsOf, type Stretch, shape, visualOrder } from "./shape.ts";
import { drawn, lettersOf } from "./text.rules.ts";

/** Text into lines: where it may break (UAX 14), how wide it is, and in which order its letters stand (UAX 9). */

export interface TextStyle {
  readonly size: number;
  readonly weight: Weight;
  /** Of each paragraph its own, unless one is named. */
  readonly direction?: "ltr" | "rtl";
}

/** In points. */
export interface Line {
  /** As they are read, which is not everywhere from left to right: what hears or copies a page goes by the order of the file. */
  readonly runs: readonly { readonly run: GlyphRun; readonly x: number }[];
  readonly width: number;
}

/** One paragraph, with what is known of each of its UTF-16 units. */
interface Paragraph {
  readonly text: string;
  readonly levels: Uint8Array;
  readonly fonts: readonly OpenFont[];
  readonly size: number;
}

/** The lines of a text in a width of so many points; none is wider, unless one letter is. */
export function linesOf(text: string, width: number, style: TextStyle, book: Fontbook): Line[] {
  const { size, weight, direction = "auto" } = style;
  return drawn(text)
    .split("\n")
    .flatMap((each) => {
      const { levels } = levelsOf(each, direction);
      const paragraph = { text: each, levels, fonts: fontsOf(each, weight, book), size };
      return rangesOf(paragraph, width).map(([from, to]) => lineOf(paragraph, from, to));
    });
}

function fontsOf(text: string, weight: Weight, book: Fontbook): OpenFont[] {
  const fonts: OpenFont[] = [];
  for (const letter of lettersOf(text)) {
    const font = book.fontOf(letter, weight, fonts.at(-1));
    for (let unit = 0; unit < letter.length; unit++) fonts.push(font);
  }
  return fonts;
}

/** From where to where each line goes, without the spaces at its end. */
function rangesOf(paragraph: Paragraph, width: number): [from: number, to: number][] {
  const whole = withoutSpaces(paragraph.text, 0, paragraph.text.length);
  // Most texts of a table are one line, and what is longer than any is not looked at as one.
  if (whole <= ONE_LINE && widthOf(paragraph, 0, whole) <= width) return [[0, whole]];
  const stops = breaksOf(paragraph.text);
  const ranges: [number, number][] = [];
  let [from, at] = [0, 0];
  for (let stop = stops[at]; stop !== undefined; stop = stops[at]) {
    const first = fitting(paragraph, from, stop, width);
    if (first === stop) at = lastOf(paragraph, from, stops, at, width) + 1;
    const to = first === stop ? (stops[at - 1] ?? stop) : first;
    ranges.push([from, withoutSpaces(paragraph.text, from, to)]);
    from = to;
  }
  return ranges;
}

/** At which stop a line ends whose first word fits. */
function lastOf(paragraph: Paragraph, from: number, stops: readonly number[], first: number, width: number): number {
  const end = (stop: number): number => withoutSpaces(paragraph.text, from, stop);
  let last = first;
  let to = stops[first] ?? from;
  let used = widthOf(paragraph, from, to);
  // A word counts without the space behind it, which may stand over the edge.
  for (
    let next = stops[last + 1];
    next !== undefined && used + widthOf(paragraph, to, end(next)) <= width;
    next = stops[last + 1]
  ) {
    used += widthOf(paragraph, to, next);
    to = next;
    last++;
  }
  // Words are narrower apart than beside each other in fonts whose spaces fit their letters.
  while (last > first && widthOf(paragraph, from, end(stops[last] ?? from)) > width) last--;
  return last;
}

function breaksOf(text: string): number[] {
  const breaker = new LineBreaker(text);
  const found: number[] = [];
  for (let next = breaker.nextBreak(); next; next = breaker.nextBreak()) found.push(next.position);
  return found;
}

/** More letters than a line has. */
const WINDOW = 1000;
/** More than a line of text has: of what fits all the same, the breaks say so. */
const ONE_LINE = 200;

/** How far a word goes that begins a line: to its end, or to its last letter that fits, and one in any case. */
function fitting(paragraph: Paragraph, from: number, stop: number, width: number): number {
  const end = withoutSpaces(paragraph.text, from, stop);
  if (end - from <= WINDOW && widthOf(paragraph, from, end) <= width) return stop;
  const letters = lettersOf(paragraph.text.slice(from, Math.min(end, from + WINDOW)));
  let [fits, fails] = [1, letters.length];
  while (fails - fits > 1) {
    const middle = (fits + fails) >> 1;
    if (widthOf(paragraph, from, from + letters.slice(0, middle).join("").length) <= width) fits = middle;
    else fails = middle;
  }
  return from + letters.slice(0, fits).join("").length;
}

function withoutSpaces(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && /\s/.test(text.charAt(end - 1))) end--;
  return end;
}

const widthOf = (paragraph: Paragraph, from: number, to: number): number =>
  (stretchesOf(paragraph, from, to).reduce((sum, stretch) => sum + shape(stretch).width, 0) * paragraph.size) / 1000;

function stretchesOf({ text, levels, fonts }: Paragraph, from: number, to: number): Stretch[] {
  const found: Stretch[] = [];
  for (let at = from, begin = from; at < to; at++) {
    const [font, level = 0] = [fonts[at], levels[at]];
    if (!font || (at + 1 < to && fonts[at + 1] === font && levels[at + 1] === level)) continue;
    found.push({ text: text.slice(begin, at + 1), font, level });
    begin = at + 1;
  }
  return found;
}

function lineOf(paragraph: Paragraph, from: number, to: number): Line {
  // Each is shaped once: a long line is not kept.
  const runs = stretchesOf(paragraph, from, to).map((stretch) => ({ level: stretch.level, run: shape(stretch) }));
  const places = new Map<(typeof runs)[number], number>();
  let width = 0;
  for (const each of visualOrder(runs)) {
    places.set(each, width);
    width += (each.run.width * paragraph.size) / 1000;
  }
  return { runs: runs.map((each) => ({ run: each.run, x: places.get(each) ?? 0 })), width };
}
