import bidiFactory from "bidi-js/dist/bidi.mjs";
import { type OpenFont, plainForm, REPLACEMENT } from "./fonts.ts";
import { splitGraphemes } from "./text.rules.ts";

/** Converts letters into glyphs, in the order of the page. */

const bidi = bidiFactory();

/** A glyph; lengths are in thousandths of the text size. */
export interface PlacedGlyph {
  readonly id: number;
  /** The letters that the glyph represents; empty if another glyph of the same letter has them. */
  readonly text: string;
  /** The distance to the next glyph. */
  readonly advance: number;
  readonly x: number;
  readonly y: number;
}

/** Glyphs of one font, from left to right. */
export interface GlyphRun {
  readonly font: OpenFont;
  readonly glyphs: readonly PlacedGlyph[];
  readonly width: number;
}

/** Letters of one font and one direction, in reading order. */
export interface TextRun {
  readonly text: string;
  readonly font: OpenFont;
  readonly level: number;
}

const isOdd = (level: number): boolean => level % 2 === 1;

/** Returns the embedding level of each UTF-16 unit and of the paragraph, which follows its first letter with a direction (UAX 9, P2 and P3). */
export function computeBidiLevels(text: string, direction: "ltr" | "rtl" | "auto"): { levels: Uint8Array; level: number } {
  const { levels, paragraphs } = bidi.getEmbeddingLevels(text, direction);
  return { levels, level: paragraphs[0]?.level ?? (direction === "rtl" ? 1 : 0) };
}

/** Returns the runs of a line from left to right (UAX 9, L2). */
export function toVisualOrder<T extends { readonly level: number }>(stretches: readonly T[]): T[] {
  const runs = [...stretches];
  const highest = Math.max(0, ...runs.map(({ level }) => level));
  for (let level = highest; level >= 1; level--) {
    for (let from = 0; from < runs.length; from++) {
      let to = from;
      while ((runs[to]?.level ?? -1) >= level) to++;
      runs.splice(from, to - from, ...runs.slice(from, to).reverse());
      from = to;
    }
  }
  return runs;
}

/** Mirrors brackets and similar characters in text that is read from right to left (UAX 9, L4). */
const mirrorText = (text: string): string => Array.from(text, (letter) => bidi.getMirroredCharacter(letter) ?? letter).join("");

/** The number of shaped texts cached for each font, and their maximum length: together at most 25 MB. */
const [MAX_CACHED_RUNS, MAX_CACHED_LENGTH] = [2000, 120];
const shapeCache = new WeakMap<OpenFont, Map<string, GlyphRun>>();

/** Shapes a run. Results are cached, because tables repeat the same texts in many rows. */
export function shapeRun({ text, font, level }: TextRun): GlyphRun {
  const cachedRuns = shapeCache.get(font) ?? new Map<string, GlyphRun>();
  shapeCache.set(font, cachedRuns);
  const key = `${isOdd(level) ? "<" : ">"}${text}`;
  const before = cachedRuns.get(key);
  if (before) return before;
  const run = font.isStandIn ? shapeStandIn(font, text, isOdd(level)) : shapeGlyphs(font, text, isOdd(level));
  if (cachedRuns.size >= MAX_CACHED_RUNS) cachedRuns.clear();
  if (text.length <= MAX_CACHED_LENGTH) cachedRuns.set(key, run);
  return run;
}

function shapeGlyphs(open: OpenFont, text: string, isRtl: boolean): GlyphRun {
  const { font } = open;
  const scale = 1000 / font.unitsPerEm;
  const run = font.layout(isRtl ? mirrorText(text) : text, [], undefined, undefined, isRtl ? "rtl" : "ltr");
  const seenCodePoints = new Set<readonly number[]>();
  // If a letter is drawn as several glyphs, the first in reading order carries its text.
  const texts = (isRtl ? run.glyphs.toReversed() : run.glyphs).map(({ codePoints }) => {
    if (seenCodePoints.has(codePoints)) return "";
    seenCodePoints.add(codePoints);
    const letters = codePoints.map((codePoint) => String.fromCodePoint(codePoint));
    // PDF viewers reverse right-to-left text letter by letter, even within one glyph.
    return isRtl ? mirrorText(letters.reverse().join("")) : letters.join("");
  });
  if (isRtl) texts.reverse();
  const blank = font.glyphForCodePoint(0x20).id;
  const glyphs = run.glyphs.flatMap(({ id }, index): PlacedGlyph[] => {
    const { xAdvance = 0, xOffset = 0, yOffset = 0 } = run.positions[index] ?? {};
    // Direction marks become blanks without width. They are dropped, because viewers would invent a letter for them.
    if (id === blank && xAdvance === 0) return [];
    const glyph = { id, text: texts[index] ?? "", advance: xAdvance * scale, x: xOffset * scale, y: yOffset * scale };
    return [glyph];
  });
  return { font: open, glyphs, width: glyphs.reduce((sum, { advance }) => sum + advance, 0) };
}

/**
 * Shapes one glyph for each letter: the replacement character, or the plain form of a wide letter (U+00A5 for U+FFE5). The glyph carries the original
 * letter, so that copied and searched text is correct.
 */
function shapeStandIn(open: OpenFont, text: string, isRtl: boolean): GlyphRun {
  const { font } = open;
  const letters = isRtl ? splitGraphemes(text).reverse() : splitGraphemes(text);
  const glyphs = letters.map((letter): PlacedGlyph => {
    const { id, advanceWidth } = font.glyphForCodePoint((plainForm(letter, open) ?? REPLACEMENT).codePointAt(0) ?? 0);
    return { id, text: letter, advance: (advanceWidth * 1000) / font.unitsPerEm, x: 0, y: 0 };
  });
  return { font: open, glyphs, width: glyphs.reduce((sum, { advance }) => sum + advance, 0) };
}
