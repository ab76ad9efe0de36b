import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "follow-ups: the same silence is followed up every night",
    at: "follow-up/follow-up#createFollowUp",
    change: edit("since, days: due.after_days }", 'since: "", days: 0 }'),
    tests: "test/engagement/follow-up/follow-up.test.ts",
  },
  {
    name: "follow-ups: leads in a final status are followed up",
    at: "follow-up/follow-up#isOpen",
    change: edit("?.is_final !== true", " !== null"),
    tests: "test/engagement/follow-up/follow-up.test.ts",
  },
];
