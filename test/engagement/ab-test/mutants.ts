import { edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "A/B tests: many comparisons are not corrected",
    at: "campaign/ab-test.rules#correctByHolm",
    change: returns("[...probabilities]"),
    tests: "test/engagement/campaign/ab-test.test.ts",
  },
  {
    name: "A/B tests: a split that does not fit the shares is not noticed",
    at: "campaign/ab-test.rules#decide",
    change: never("SHARES_SIGNIFICANCE"),
    tests: "test/engagement/campaign/ab-test.test.ts",
  },
  {
    name: "A/B tests: a variant wins although it beats only one of the others",
    at: "campaign/ab-test.rules#beatsAll",
    change: edit(".length === others", ".length > 0"),
    tests: "test/engagement/campaign/ab-test.test.ts",
  },
  {
    name: "A/B tests: a rejected sample of an earlier start makes a running test a draft",
    at: "ab-test/ab-test-decision#onSampleRejected",
    change: edit(" && test.sample_send_id === send.id", ""),
    tests: "test/engagement/email-send/approval.test.ts",
  },
  {
    name: "A/B tests: an earlier author of a variant approves the sample",
    at: "ab-test/ab-test-send#initSend",
    change: edit(", ...test.written_by", ""),
    tests: "test/engagement/email-send/approval.test.ts",
  },
];
