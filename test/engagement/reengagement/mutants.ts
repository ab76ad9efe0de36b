import { edit, type Mutant, property, returns, skip } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "re-engagement: a step whose message is under way counts as ended",
    at: "reengagement/step-execution#hasEnded",
    change: returns("true"),
    tests: "test/engagement/reengagement/sequence.test.ts",
  },
  {
    name: "re-engagement: a pending message does not hold the person",
    at: "reengagement/contact-ledger#toMembership",
    change: property("pending_at", "null"),
    tests: "test/engagement/reengagement/sequence-race.test.ts",
  },
  {
    name: "re-engagement: a due time that was already handed out is not clamped to now",
    at: "reengagement/contact-ledger#clampToNow",
    change: returns("due"),
    tests: "test/engagement/reengagement/sequence.test.ts",
  },
  {
    name: "re-engagement: a waiting step is not found while another step is under way",
    at: "sequence.rules#findWaiting",
    change: skip,
    tests: "test/engagement/reengagement/sequence-rules.test.ts",
  },
  {
    name: "re-engagement: an ended membership still holds the person",
    at: "reengagement/member.rules#findHold",
    change: edit("!hasEnded(", "undefined !== ("),
    tests: "test/engagement/reengagement/rules.test.ts",
  },
  {
    name: "re-engagement: several batches contact a person at the same time",
    at: "reengagement/member.rules#findHold",
    change: returns("null"),
    tests: "test/engagement/reengagement/rules.test.ts",
  },
  {
    name: "re-engagement: a response counts for the first batch instead of the last",
    at: "reengagement/member.rules#findLastContacted",
    change: edit(".at(-1)", ".at(0)"),
    tests: "test/engagement/reengagement/rules.test.ts",
  },
];
