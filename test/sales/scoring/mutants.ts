import { edit, type Mutant, replaceCall } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "scores: a caller with less visibility computes a lower score",
    at: "scoring/inputs#scoreUnrestricted",
    change: replaceCall("withFullVisibility", "scoreLead(lead)"),
    tests: "test/invariants/visibility/figures.test.ts",
  },
  {
    name: "scores: the last day of a window is left out",
    at: "score#listExpiryDays",
    change: replaceCall("flatMap", "days.flatMap(({ day }) => windows.map((window) => addDays(day, window + 2)))"),
    tests: "test/sales/scoring/score-over-time.test.ts -t UTC",
  },
  {
    name: "scores: a birthday does not trigger rescoring",
    at: "score#modelDefinitions.dynamic",
    change: edit("facts.date_of_birth === null ? []", "facts.date_of_birth !== null ? []"),
    tests: "test/sales/scoring/score-over-time.test.ts -t birthdays",
  },
];
