import LineBreaker from "linebreak";
import type { Weight } from "./font-families.ts";
import type { Fontbook, OpenFont } from "./fonts.ts";
import { computeBidiLevels, type GlyphRun, shapeRun, type TextRun, toVisualOrder } from "./glyph-shaping.ts";
import { splitGraphemes, toDrawableText } from "./text.rules.ts";

/** Breaks text into lines: where it may break (UAX 14), how wide it is, and the order of its letters (UAX 9). */

interface TextStyle {
  readonly size: number;
  readonly weight: Weight;
  /** The direction of each paragraph; by default it follows the paragraph's text. */
  readonly direction?: "ltr" | "rtl";
}

/** A line; lengths are in points. */
export interface Line {
  /** In reading order, which may differ from left to right: screen readers and copying follow the order of the file. */
  readonly runs: readonly { readonly run: GlyphRun; readonly x: number }[];
  readonly width: number;
}

/** One paragraph, with the level and font of each of its UTF-16 units. */
interface MeasuredParagraph {
  readonly text: string;
  readonly levels: Uint8Array;
  readonly fonts: readonly OpenFont[];
  readonly size: number;
}

/** Returns the lines of a text for a width in points. No line is wider, unless a single letter is. */
export function breakLines(text: string, width: number, style: TextStyle, book: Fontbook): Line[] {
  const { size, weight, direction = "auto" } = style;
  return toDrawableText(text)
    .split("\n")
    .flatMap((lineText) => {
      const { levels } = computeBidiLevels(lineText, direction);
      const paragraph = { text: lineText, levels, fonts: assignFonts(lineText, weight, book), size };
      return findLineRanges(paragraph, width).map(([from, to]) => buildLine(paragraph, from, to));
    });
}

function assignFonts(text: string, weight: Weight, book: Fontbook): OpenFont[] {
  const fonts: OpenFont[] = [];
  for (const letter of splitGraphemes(text)) {
    const font = book.selectFont(letter, weight, fonts.at(-1));
    for (let unit = 0; unit < letter.length; unit++) fonts.push(font);
  }
  return fonts;
}

/** Returns the range of each line, without the spaces at its end. */
function findLineRanges(paragraph: MeasuredParagraph, width: number): [from: number, to: number][] {
  const textEnd = trimmedEnd(paragraph.text, 0, paragraph.text.length);
  // Most texts of a table fit on one line; texts longer than any line skip this check.
  if (textEnd <= MAX_SINGLE_LINE_LENGTH && measureWidth(paragraph, 0, textEnd) <= width) return [[0, textEnd]];
  const stops = listBreakPositions(paragraph.text);
  const ranges: [number, number][] = [];
  let [from, stopIndex] = [0, 0];
  for (let stop = stops[stopIndex]; stop !== undefined; stop = stops[stopIndex]) {
    const first = findFittingEnd(paragraph, from, stop, width);
    if (first === stop) stopIndex = findLastStop(paragraph, from, stops, stopIndex, width) + 1;
    const to = first === stop ? (stops[stopIndex - 1] ?? stop) : first;
    ranges.push([from, trimmedEnd(paragraph.text, from, to)]);
    from = to;
  }
  return ranges;
}

/** Returns the index of the last break position that fits, for a line whose first word fits. */
function findLastStop(
  paragraph: MeasuredParagraph,
  from: number,
  stops: readonly number[],
  first: number,
  width: number,
): number {
  const end = (stop: number): number => trimmedEnd(paragraph.text, from, stop);
  let last = first;
  let to = stops[first] ?? from;
  let used = measureWidth(paragraph, from, to);
  // The space after a word may extend beyond the edge, so it is not counted.
  for (
    let next = stops[last + 1];
    next !== undefined && used + measureWidth(paragraph, to, end(next)) <= width;
    next = stops[last + 1]
  ) {
    used += measureWidth(paragraph, to, next);
    to = next;
    last++;
  }
  // With kerned spaces, the words together may be wider than the sum of their widths, so the whole line is measured again.
  while (last > first && measureWidth(paragraph, from, end(stops[last] ?? from)) > width) last--;
  return last;
}

function listBreakPositions(text: string): number[] {
  const breaker = new LineBreaker(text);
  const positions: number[] = [];
  for (let next = breaker.nextBreak(); next; next = breaker.nextBreak()) positions.push(next.position);
  return positions;
}

/** Longer than any word that fits on a line; bounds the measuring of long words. */
const MAX_WORD_WINDOW = 1000;
/** Longer than a usual line of text; longer texts are always broken at positions. */
const MAX_SINGLE_LINE_LENGTH = 200;

/** Returns the end of the first word of a line: its break position if the word fits, otherwise its last letter that fits, and at least one letter. */
function findFittingEnd(paragraph: MeasuredParagraph, from: number, stop: number, width: number): number {
  const end = trimmedEnd(paragraph.text, from, stop);
  if (end - from <= MAX_WORD_WINDOW && measureWidth(paragraph, from, end) <= width) return stop;
  const letters = splitGraphemes(paragraph.text.slice(from, Math.min(end, from + MAX_WORD_WINDOW)));
  let [fittingCount, fails] = [1, letters.length];
  while (fails - fittingCount > 1) {
    const middle = (fittingCount + fails) >> 1;
    if (measureWidth(paragraph, from, from + letters.slice(0, middle).join("").length) <= width) fittingCount = middle;
    else fails = middle;
  }
  return from + letters.slice(0, fittingCount).join("").length;
}

function trimmedEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && /\s/.test(text.charAt(end - 1))) end--;
  return end;
}

const measureWidth = (paragraph: MeasuredParagraph, from: number, to: number): number =>
  (splitTextRuns(paragraph, from, to).reduce((sum, stretch) => sum + shapeRun(stretch).width, 0) * paragraph.size) / 1000;

function splitTextRuns({ text, levels, fonts }: MeasuredParagraph, from: number, to: number): TextRun[] {
  const runs: TextRun[] = [];
  for (let index = from, begin = from; index < to; index++) {
    const [font, level = 0] = [fonts[index], levels[index]];
    if (!font || (index + 1 < to && fonts[index + 1] === font && levels[index + 1] === level)) continue;
    runs.push({ text: text.slice(begin, index + 1), font, level });
    begin = index + 1;
  }
  return runs;
}

function buildLine(paragraph: MeasuredParagraph, from: number, to: number): Line {
  // Runs are shaped only once here, because long runs are not cached.
  const runs = splitTextRuns(paragraph, from, to).map((stretch) => ({ level: stretch.level, run: shapeRun(stretch) }));
  const places = new Map<(typeof runs)[number], number>();
  let width = 0;
  for (const item of toVisualOrder(runs)) {
    places.set(item, width);
    width += (item.run.width * paragraph.size) / 1000;
  }
  return { runs: runs.map((run) => ({ run: run.run, x: places.get(run) ?? 0 })), width };
}
