import { edit, type Mutant, never, returns, without } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "sheets: an unclosed quote swallows rows",
    at: "csv.rules#parseRecord",
    change: edit("if (isLong && looksLikeRows(", "if (!isLong && looksLikeRows("),
    tests: "test/lib/spreadsheet/csv.test.ts",
  },
  {
    name: "sheets: a row may have more cells than the header",
    at: "spreadsheet/header.rules#toRow",
    change: edit("if (extent <= width) return", "if (extent >= 0) return"),
    tests: "test/lib/spreadsheet/csv.test.ts",
  },
  {
    name: "sheets: a record that never ends is passed over",
    at: "csv-reader#skipLongRecord",
    change: never("skippedLength"),
    tests: "test/lib/spreadsheet/csv.test.ts",
  },
  {
    name: "sheets: bytes that are no UTF-8 become other letters",
    at: "encoding#createUtf8Decoder",
    change: edit("if (isUtf8(completeBytes)) return", "if (isUtf8(completeBytes) || completeBytes) return"),
    tests: "test/lib/spreadsheet/rejected-files.test.ts",
  },
  {
    name: "sheets: a row of values is a header",
    at: "spreadsheet/header.rules#readTableRows",
    change: without("isHeader"),
    tests: "test/lib/spreadsheet/rejected-files.test.ts",
  },
  {
    name: "sheets: an apostrophe typed by a user is removed as an escape",
    at: "formula.rules#escapeFormula",
    change: returns("isFormula(text) ? `'${text}` : text"),
    tests: "test/lib/spreadsheet/round-trip.test.ts",
  },
  {
    name: "sheets: a formula without a value is empty",
    at: "xlsx-rows#parseCell",
    change: edit("if (hasFormula && (!hasValue", "if (!hasFormula && (!hasValue"),
    tests: "test/lib/spreadsheet/xlsx.test.ts",
  },
  {
    name: "sheets: parts of an archive may overlap",
    at: "zip#requireDisjoint",
    change: edit('if (entry.from + 30 + entry.packed > entry.endLimit) throw zipBomb("its parts overlap");', ""),
    tests: "test/lib/spreadsheet/zip-bombs.test.ts",
  },
  {
    name: "sheets: sizes claimed by an archive are not checked",
    at: "zip#buildArchive/requireRatio",
    change: never("entry"),
    tests: "test/lib/spreadsheet/zip-bombs.test.ts",
  },
  {
    name: "sheets: an archive may unpack to more than it claims",
    at: "zip#buildArchive/read",
    change: edit('if (length > limit) throw zipBomb("a part unpacks to more than its declared size");', ""),
    tests: "test/lib/spreadsheet/zip-bombs.test.ts",
  },
  {
    name: "sheets: a document type is read over",
    at: "xml#visit",
    change: edit('throw zipBomb("one of its parts has a document type");', ""),
    tests: "test/lib/spreadsheet/zip-bombs.test.ts",
  },
  {
    name: "sheets: a text of XML has no end",
    at: "xml#visit",
    change: edit("if (pendingLength > bounds.cell + piece.length) throw tooLongText();", ""),
    tests: "test/lib/spreadsheet/zip-bombs.test.ts",
  },
  {
    name: "sheets: shared texts have no bound",
    at: "xlsx-strings#readStrings/add",
    change: without("total"),
    tests: "test/lib/spreadsheet/zip-bombs.test.ts",
  },
  {
    name: "encodings: what is not certain is taken all the same",
    at: "spreadsheet/encoding-guess#selectLikeliest",
    change: edit("return [best, ...near]", "return [best, ...near.slice(near.length)]"),
    tests: "test/platform/import/dialects.test.ts",
  },
  {
    name: "encodings: letters of any language go together",
    at: "spreadsheet/plausibility.rules#scoreForLanguage",
    change: returns("word.length"),
    tests: "test/lib/spreadsheet/encodings.test.ts",
  },
  {
    name: "encodings: words may mix scripts",
    at: "spreadsheet/plausibility.rules#scoreWord",
    change: never("mixed > 0"),
    tests: "test/lib/spreadsheet/encodings.test.ts",
  },
];
