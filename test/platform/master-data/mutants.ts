import { drop, edit, type Mutant, never, replaceCall, returns, skip } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "refusals: what stands in a field names nothing",
    at: "master-data/input-validation#validateShape",
    change: replaceCall("listObjects", "[]"),
    tests: "test/invariants/registry/complete-validation",
  },
  {
    name: "references: a state of any country",
    at: "master-data/values#findMismatches",
    change: returns("[]"),
    tests: "test/storage/reference",
  },
  {
    name: "own lines: the lines of the release are changed",
    at: "master-data/values#requireStored",
    change: never("isFixed"),
    tests: "test/sales/lead/tenant-lines.test.ts",
  },
  {
    name: "countries: names at home are not known",
    at: "master-data/country-names#buildCountryNames",
    change: edit("...codes.flatMap((code) => listDisplayNames(resolveLanguage(code), code)),", ""),
    tests: "test/platform/master-data/countries.test.ts",
  },
  {
    name: "masters: a stage that is an end may open",
    at: "stage.rules#normalizeStage",
    change: edit(
      "if (before && before[field] !== stage[field])",
      'if (before && field === "is_won" && before.is_closed === stage.is_closed && before[field] !== stage[field])',
    ),
    tests: "test/sales/opportunity/rules.test.ts",
  },
  {
    name: "masters: an order checks only the values that it moves",
    at: "master-data/display-order#reorder",
    change: drop("requireUnchanged"),
    tests: "test/platform/master-data/display-order.test.ts",
  },
  {
    name: "masters: a stage is taken away under what stands in it",
    at: "master-data/usage#requireEmpty",
    change: skip,
    tests: "test/platform/master-data/display-order.test.ts",
  },
  {
    name: "quotes: pricing rules of a category hold for it alone",
    at: "master-data/values#listAncestors",
    change: edit('byId.get(ancestor.parent_id ?? "")', "undefined"),
    tests: "test/agreements/quote/pricing-rule.test.ts",
  },
];
