import { drop, edit, type Mutant, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "documents: a text turns what stands after it",
    at: "pdf/text.rules#toDrawableText",
    change: edit(
      'replace(CONTROL_CHARACTERS, (control) => (control === "\\n" ? control : ""))',
      "replace(CONTROL_CHARACTERS, (control) => control)",
    ),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: normalization takes a name's own letter",
    at: "pdf/text.rules#toDrawableText",
    change: edit('replace(COMPOSABLE_SEQUENCE, (letter) => letter.normalize("NFC"))', 'normalize("NFC")'),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: a glyph has the letters for which it was drawn first",
    at: "pdf/pdf/font#PdfFont",
    change: edit("`${id} ${text}`", "`${id}`"),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: a ligature from right to left is copied in the wrong order",
    at: "pdf/glyph-shaping#shapeGlyphs",
    change: edit("letters.reverse()", "letters"),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: brackets face the same way in every direction",
    at: "pdf/glyph-shaping#mirrorText",
    change: edit("bidi.getMirroredCharacter(letter) ?? letter", "letter"),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: a line is as wide as its words apart",
    at: "pdf/paragraph#findLastStop",
    change: edit("last > first && measureWidth", "last < first && measureWidth"),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: a row is cut at the foot of its page",
    at: "pdf/grid#drawRow",
    change: edit("height <= fullHeight ? [] :", ""),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: the head stands on the first page alone",
    at: "pdf/grid#continueOnNextPage",
    change: drop("drawHead"),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: a row is as high as its first cell",
    at: "pdf/grid#measureRowHeight",
    change: edit("Math.max(0, ...cells.map(({ lines }) => sumLineHeights(lines)))", "sumLineHeights(cells[0]?.lines ?? [])"),
    tests: "test/lib/pdf/render.test.ts",
  },
  {
    name: "documents: totals stand alone on a page",
    at: "pdf/layout#measureTotalsHeight",
    change: returns("0"),
    tests: "test/lib/pdf/render.test.ts",
  },
  {
    name: "documents: a row that says what follows stands at the foot of a page",
    at: "pdf/layout#isHeadingRow",
    change: returns("false"),
    tests: "test/lib/pdf/render.test.ts",
  },
  {
    name: "documents: a font that could not be read is not asked for again",
    at: "pdf/fonts#loadFont",
    change: edit("() => cachedFonts.delete(name)", "() => undefined"),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: a font that was not installed is not asked for again",
    at: "pdf/fonts#loadFont",
    change: edit("font ?? cachedFonts.delete(name)", "font"),
    tests: "test/agreements/quote/pdf.test.ts",
  },
  {
    name: "documents: a picture is unpacked however large it becomes",
    at: "pdf/picture#inflateRows",
    change: edit("{ maxOutputLength: size }", "{}"),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: others wait until a long table is set",
    at: "pdf/layout#drawTable",
    change: edit("await yieldToEventLoop()", "undefined"),
    tests: "test/agreements/quote/pdf.test.ts",
  },
  {
    name: "documents: a mark of direction is copied as a letter",
    at: "pdf/glyph-shaping#shapeGlyphs",
    change: edit("id === blank && xAdvance === 0", "false"),
    tests: "test/agreements/quote/pdf.test.ts",
  },
];
