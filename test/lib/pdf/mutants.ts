import { drop, edit, type Mutant, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "documents: a control character in a text changes the direction of the text after it",
    at: "pdf/text.rules#toDrawableText",
    change: edit(
      'replace(CONTROL_CHARACTERS, (control) => (control === "\\n" ? control : ""))',
      "replace(CONTROL_CHARACTERS, (control) => control)",
    ),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: Unicode normalization changes a letter of a name into another letter",
    at: "pdf/text.rules#toDrawableText",
    change: edit('replace(COMPOSABLE_SEQUENCE, (letter) => letter.normalize("NFC"))', 'normalize("NFC")'),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: a reused glyph is copied as the letters of its first use",
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
    name: "documents: brackets are not mirrored in right-to-left text",
    at: "pdf/glyph-shaping#mirrorText",
    change: edit("bidi.getMirroredCharacter(letter) ?? letter", "letter"),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: a line is measured as the sum of its words instead of as a whole",
    at: "pdf/paragraph#findLastStop",
    change: edit("last > first && measureWidth", "last < first && measureWidth"),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: a row that fits on one page is split at the page end",
    at: "pdf/grid#drawRow",
    change: edit("height <= fullHeight ? [] :", ""),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: the table header appears only on the first page",
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
    name: "documents: a heading row stands at the foot of a page without its following row",
    at: "pdf/layout#isHeadingRow",
    change: returns("false"),
    tests: "test/lib/pdf/render.test.ts",
  },
  {
    name: "documents: a failed font load stays cached and is not retried",
    at: "pdf/fonts#loadFont",
    change: edit("() => cachedFonts.delete(name)", "() => undefined"),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: a missing font stays cached and is not looked up again",
    at: "pdf/fonts#loadFont",
    change: edit("font ?? cachedFonts.delete(name)", "font"),
    tests: "test/agreements/quote/pdf.test.ts",
  },
  {
    name: "documents: a picture is decompressed without a size limit",
    at: "pdf/picture#inflateRows",
    change: edit("{ maxOutputLength: size }", "{}"),
    tests: "test/lib/pdf",
  },
  {
    name: "documents: the layout of a long table blocks the event loop",
    at: "pdf/layout#drawTable",
    change: edit("await yieldToEventLoop()", "undefined"),
    tests: "test/agreements/quote/pdf.test.ts",
  },
  {
    name: "documents: a direction mark is copied as a letter",
    at: "pdf/glyph-shaping#shapeGlyphs",
    change: edit("id === blank && xAdvance === 0", "false"),
    tests: "test/agreements/quote/pdf.test.ts",
  },
];
