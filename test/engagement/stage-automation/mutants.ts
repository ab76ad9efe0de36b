import { edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "stages: each delivery of an event decides anew",
    at: "stage-automation/claim#claimPlan",
    change: never("item"),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stages: a rule that came since decides of an earlier change",
    at: "stage-automation/claim#claimPlan",
    change: edit("loadRuleAt(StageAutomation, event.at)", "loadRuleAt(StageAutomation, Clock.now())"),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stages: what was done is done again",
    at: "stage-automation/stage-automation#recordOutcome",
    change: edit(', () => new WriteConflict("The action was already recorded")', ""),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stages: what is done is looked for nowhere",
    at: "stage-automation/stage-automation#runPlan",
    change: never("done[index]"),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stages: two send one mail at the same moment",
    at: "stage-automation/mail#claimMail",
    change: edit('condition: "attribute_not_exists(pk)",', ""),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stages: a mail that was begun says what its template says by now",
    at: "stage-automation/mail#sendMail",
    change: edit("before ? await MessageTemplate.loadRevision(before) : template", "template"),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stages: a user who cannot see an opportunity is notified",
    at: "stage-automation/user-recipients#resolveUser",
    change: edit("(await Notifier.canSee(user.id, subject))", "subject.record.id"),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stages: one address has as many mails as come",
    at: "stage-automation/mail#takeMailQuota",
    change: edit('return "spent"', "return undefined as never"),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stages: what comes with a file is told to customers",
    at: "stage-automation/suppression#findSuppressionReason",
    change: returns("undefined"),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
];
