import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "text messages: a two-septet character is split between two SMS segments",
    at: "text-message/segments.rules#countParts",
    change: edit("usedUnits + size > partSize", "usedUnits + 1 > partSize"),
    tests: "test/lib/text-message/segments.test.ts",
  },
  {
    name: "text messages: a lookalike character counts as part of the GSM alphabet",
    at: "text-message/segments.rules#countSegments",
    change: edit("GSM_BASIC_CHARACTERS.has(sign)", "GSM_BASIC_CHARACTERS.has(sign.normalize('NFD').slice(0, 1))"),
    tests: "test/lib/text-message/segments.test.ts",
  },
];
