import { drop, edit, type Mutant, never, replaceCall, returns, skip } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "rejections: faults inside a nested field are not named",
    at: "master-data/input-validation#validateShape",
    change: replaceCall("listObjects", "[]"),
    tests: "test/invariants/registry/complete-validation",
  },
  {
    name: "references: a state is accepted with any country",
    at: "master-data/values#findMismatches",
    change: returns("[]"),
    tests: "test/storage/reference",
  },
  {
    name: "tenant lines: lines defined by the release can be changed",
    at: "master-data/values#requireStored",
    change: never("isFixed"),
    tests: "test/sales/lead/tenant-lines.test.ts",
  },
  {
    name: "countries: country names in the local language are not recognized",
    at: "master-data/country-names#buildCountryNames",
    change: edit("...codes.flatMap((code) => listDisplayNames(resolveLanguage(code), code)),", ""),
    tests: "test/platform/master-data/countries.test.ts",
  },
  {
    name: "master data: a closed stage can be changed to an open stage",
    at: "stage.rules#normalizeStage",
    change: edit(
      "if (before && before[field] !== stage[field])",
      'if (before && field === "is_won" && before.is_closed === stage.is_closed && before[field] !== stage[field])',
    ),
    tests: "test/sales/opportunity/rules.test.ts",
  },
  {
    name: "master data: a reorder ignores concurrent changes to unmoved values",
    at: "master-data/display-order#reorder",
    change: drop("requireUnchanged"),
    tests: "test/platform/master-data/display-order.test.ts",
  },
  {
    name: "master data: a stage can be removed while records are in it",
    at: "master-data/usage#requireEmpty",
    change: skip,
    tests: "test/platform/master-data/display-order.test.ts",
  },
  {
    name: "quotes: pricing rules of a category do not apply to its subcategories",
    at: "master-data/values#listAncestors",
    change: edit('byId.get(ancestor.parent_id ?? "")', "undefined"),
    tests: "test/agreements/quote/pricing-rule.test.ts",
  },
];
