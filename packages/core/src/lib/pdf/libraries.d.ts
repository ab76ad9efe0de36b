/** Types for the used parts of libraries that have no types, or wrong ones. */

declare module "fontkit" {
  export interface Glyph {
    readonly id: number;
    /** The letters of the glyph; if a letter has several glyphs, they share the same array. */
    readonly codePoints: readonly number[];
    readonly advanceWidth: number;
  }

  export interface Position {
    readonly xAdvance: number;
    readonly xOffset: number;
    readonly yOffset: number;
  }

  export interface Run {
    readonly glyphs: readonly Glyph[];
    readonly positions: readonly Position[];
  }

  export interface Subset {
    /** Returns the number of the glyph in the subset. */
    includeGlyph(id: number): number;
    encode(): Uint8Array;
  }

  export interface Font {
    readonly postscriptName: string;
    readonly unitsPerEm: number;
    readonly ascent: number;
    readonly descent: number;
    readonly capHeight: number;
    readonly italicAngle: number;
    readonly bbox: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): Glyph;
    getGlyph(id: number, codePoints?: readonly number[]): Glyph;
    layout(
      text: string,
      features: readonly string[],
      script: string | undefined,
      language: string | undefined,
      direction: "ltr" | "rtl",
    ): Run;
    createSubset(): Subset;
  }

  export function create(bytes: Uint8Array): Font;
}

declare module "bidi-js/dist/bidi.mjs" {
  export default function bidiFactory(): import("bidi-js").Bidi;
}

declare module "linebreak" {
  export default class LineBreaker {
    constructor(text: string);
    nextBreak(): { readonly position: number; readonly required?: boolean } | null;
  }
}
