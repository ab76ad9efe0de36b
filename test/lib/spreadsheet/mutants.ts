import { edit, type Mutant, never, returns, without } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "spreadsheets: an unclosed quote swallows the following rows",
    at: "csv.rules#parseRecord",
    change: edit("if (isLong && looksLikeRows(", "if (!isLong && looksLikeRows("),
    tests: "test/lib/spreadsheet/csv.test.ts",
  },
  {
    name: "spreadsheets: a row with more cells than the header is accepted",
    at: "spreadsheet/header.rules#toRow",
    change: edit("if (extent <= width) return", "if (extent >= 0) return"),
    tests: "test/lib/spreadsheet/csv.test.ts",
  },
  {
    name: "spreadsheets: an endless record is skipped without a limit",
    at: "csv-reader#skipLongRecord",
    change: never("skippedLength"),
    tests: "test/lib/spreadsheet/csv.test.ts",
  },
  {
    name: "spreadsheets: invalid UTF-8 bytes are decoded as wrong letters",
    at: "encoding#createUtf8Decoder",
    change: edit("if (isUtf8(completeBytes)) return", "if (isUtf8(completeBytes) || completeBytes) return"),
    tests: "test/lib/spreadsheet/rejected-files.test.ts",
  },
  {
    name: "spreadsheets: a row of values is accepted as the header",
    at: "spreadsheet/header.rules#readTableRows",
    change: without("isHeader"),
    tests: "test/lib/spreadsheet/rejected-files.test.ts",
  },
  {
    name: "spreadsheets: an apostrophe typed by a user is removed as an escape",
    at: "formula.rules#escapeFormula",
    change: returns("isFormula(text) ? `'${text}` : text"),
    tests: "test/lib/spreadsheet/round-trip.test.ts",
  },
  {
    name: "spreadsheets: a formula without a stored value is read as an empty cell",
    at: "xlsx-rows#parseCell",
    change: edit("if (hasFormula && (!hasValue", "if (!hasFormula && (!hasValue"),
    tests: "test/lib/spreadsheet/xlsx.test.ts",
  },
  {
    name: "spreadsheets: overlapping parts of an archive are accepted",
    at: "zip#requireDisjoint",
    change: edit('if (entry.from + 30 + entry.packed > entry.endLimit) throw zipBomb("its parts overlap");', ""),
    tests: "test/lib/spreadsheet/zip-bombs.test.ts",
  },
  {
    name: "spreadsheets: sizes declared by an archive are not checked",
    at: "zip#buildArchive/requireRatio",
    change: never("entry"),
    tests: "test/lib/spreadsheet/zip-bombs.test.ts",
  },
  {
    name: "spreadsheets: an archive part may unpack to more than its declared size",
    at: "zip#buildArchive/read",
    change: edit('if (length > limit) throw zipBomb("a part unpacks to more than its declared size");', ""),
    tests: "test/lib/spreadsheet/zip-bombs.test.ts",
  },
  {
    name: "spreadsheets: an XML document type declaration is ignored instead of rejected",
    at: "xml#visit",
    change: edit('throw zipBomb("one of its parts has a document type");', ""),
    tests: "test/lib/spreadsheet/zip-bombs.test.ts",
  },
  {
    name: "spreadsheets: the length of an XML text is not limited",
    at: "xml#visit",
    change: edit("if (pendingLength > bounds.cell + piece.length) throw tooLongText();", ""),
    tests: "test/lib/spreadsheet/zip-bombs.test.ts",
  },
  {
    name: "spreadsheets: the total size of shared strings is not limited",
    at: "xlsx-strings#readStrings/add",
    change: without("total"),
    tests: "test/lib/spreadsheet/zip-bombs.test.ts",
  },
  {
    name: "encodings: an ambiguous encoding guess is accepted as certain",
    at: "spreadsheet/encoding-guess#selectLikeliest",
    change: edit("return [best, ...near]", "return [best, ...near.slice(near.length)]"),
    tests: "test/platform/import/dialects.test.ts",
  },
  {
    name: "encodings: every letter counts as plausible in every language",
    at: "spreadsheet/plausibility.rules#scoreForLanguage",
    change: returns("word.length"),
    tests: "test/lib/spreadsheet/encodings.test.ts",
  },
  {
    name: "encodings: a word of mixed scripts counts as plausible",
    at: "spreadsheet/plausibility.rules#scoreWord",
    change: never("mixed > 0"),
    tests: "test/lib/spreadsheet/encodings.test.ts",
  },
];
