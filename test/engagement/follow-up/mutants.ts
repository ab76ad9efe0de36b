import { edit, type Mutant } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "follow-ups: the same silence is followed up every night",
    at: "workflow/enrollment-lock#hashValue",
    change: edit("JSON.stringify(value ?? null)", "crypto.randomUUID()"),
    tests: "test/engagement/follow-up/follow-up.test.ts",
  },
  {
    name: "follow-ups: leads in a final status are followed up",
    at: "follow-up/follow-up#openConditions",
    change: edit("is_final }) => is_final)", "is_final }) => is_final === null)"),
    tests: "test/engagement/follow-up/follow-up.test.ts",
  },
  {
    name: "follow-ups: a record gets the task again that an earlier release made",
    at: "follow-up/former-follow-up#carryOverItem",
    change: edit("silentSince === since ? followUps : []", "[] as readonly FollowUp[]"),
    tests: "test/engagement/follow-up/silence.test.ts",
  },
];
