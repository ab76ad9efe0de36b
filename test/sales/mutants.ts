import { edit, type Mutant, never, replaceCall } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "product lines: a detail is read as it was stored",
    at: "product-line.rules#upgradeDocument",
    change: replaceCall("slice", "listEarlierVersions(line).slice(version)"),
    tests: "test/sales/lead/product-line.test.ts",
  },
  {
    name: "product lines: the detail of another line is taken",
    at: "product-line.rules#resolveLine",
    change: never("detail.line"),
    tests: "test/sales/lead/product-line.test.ts",
  },
  {
    name: "product lines: no VIN is checked",
    at: "document.schema#hasValidCheckDigit",
    change: replaceCall("test", "CHECK_DIGIT_PREFIX.test(vin) || vin"),
    tests: "test/sales/lead/product-line.test.ts",
  },
  {
    name: "own lines: a published version is edited",
    at: "tenant-line.rules#publishVersions",
    change: never("isDeepStrictEqual"),
    tests: "test/sales/lead/tenant-line-rules.test.ts",
  },
  {
    name: "own lines: what was sealed once lies open in the next version",
    at: "tenant-line.rules#findUnsealedNames",
    change: edit("[...before, ...all.flatMap", "[...all.flatMap"),
    tests: "test/sales/lead/tenant-line-rules.test.ts",
  },
  {
    name: "own lines: a version seals its own documents alone",
    at: "tenant-line.rules#compileLine",
    change: edit(
      "versions.map(({ schema }) => parseSealing(schema))",
      "versions.slice(0, 1).map(({ schema }) => parseSealing(schema))",
    ),
    tests: "test/sales/lead/tenant-lines.test.ts",
  },
  {
    name: "own lines: patterns may be held against any length",
    at: "json-schema.rules#validateStructure",
    change: never("LIMITS.patternCharacters"),
    tests: "test/sales/lead/tenant-line-rules.test.ts",
  },
  {
    name: "own lines: a schema may refer to another",
    at: "json-schema.rules#validateSchema",
    change: edit("const unknown = findUnknownKeywords(schema, []);", "const unknown: ErrorDetail[] = [];"),
    tests: "test/sales/lead/tenant-line-rules.test.ts",
  },
  {
    name: "own lines: one that leads are of is deleted",
    at: "tenant-line#rules.requireUnused",
    change: never("filterCount"),
    tests: "test/sales/lead/tenant-lines.test.ts",
  },
  {
    name: "own lines: what lists find leads by is sealed under it",
    at: "tenant-line#requireNoSearchPath",
    change: never("declaration"),
    tests: "test/sales/lead/tenant-lines.test.ts",
  },
];
