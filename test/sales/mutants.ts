import { edit, type Mutant, never, replaceCall } from "../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "product lines: a stored detail is not upgraded to the current version",
    at: "product-line.rules#upgradeDocument",
    change: replaceCall("slice", "listEarlierVersions(line).slice(version)"),
    tests: "test/sales/lead/product-line.test.ts",
  },
  {
    name: "product lines: details of another line are accepted",
    at: "product-line.rules#resolveLine",
    change: never("detail.line"),
    tests: "test/sales/lead/product-line.test.ts",
  },
  {
    name: "product lines: the VIN check digit is not verified",
    at: "document.schema#hasValidCheckDigit",
    change: replaceCall("test", "CHECK_DIGIT_PREFIX.test(vin) || vin"),
    tests: "test/sales/lead/product-line.test.ts",
  },
  {
    name: "tenant lines: a published version can be edited",
    at: "tenant-line.rules#publishVersions",
    change: never("isDeepStrictEqual"),
    tests: "test/sales/lead/tenant-line-rules.test.ts",
  },
  {
    name: "tenant lines: a sealed field can be unsealed in the next version",
    at: "tenant-line.rules#findUnsealedNames",
    change: edit("[...before, ...all.flatMap", "[...all.flatMap"),
    tests: "test/sales/lead/tenant-line-rules.test.ts",
  },
  {
    name: "tenant lines: fields sealed by one version are not sealed under other versions",
    at: "tenant-line.rules#compileLine",
    change: edit(
      "versions.map(({ schema }) => parseSealing(schema))",
      "versions.slice(0, 1).map(({ schema }) => parseSealing(schema))",
    ),
    tests: "test/sales/lead/tenant-lines.test.ts",
  },
  {
    name: "tenant lines: patterns can be matched against text of any length",
    at: "json-schema.rules#validateStructure",
    change: never("LIMITS.patternCharacters"),
    tests: "test/sales/lead/tenant-line-rules.test.ts",
  },
  {
    name: "tenant lines: a schema may reference another schema",
    at: "json-schema.rules#validateSchema",
    change: edit("const unknown = findUnknownKeywords(schema, []);", "const unknown: ErrorDetail[] = [];"),
    tests: "test/sales/lead/tenant-line-rules.test.ts",
  },
  {
    name: "tenant lines: a line with leads can be deleted",
    at: "tenant-line#rules.requireUnused",
    change: never("filterCount"),
    tests: "test/sales/lead/tenant-lines.test.ts",
  },
  {
    name: "tenant lines: a field used by a search path can be sealed",
    at: "tenant-line#requireNoSearchPath",
    change: never("declaration"),
    tests: "test/sales/lead/tenant-lines.test.ts",
  },
];
