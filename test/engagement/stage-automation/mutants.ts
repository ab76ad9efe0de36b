import { edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "stage automation: a redelivered event gets a new plan",
    at: "stage-automation/claim#claimPlan",
    change: never("item"),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stage automation: a newer rule is applied to an earlier change",
    at: "stage-automation/claim#claimPlan",
    change: edit("loadRuleAt(StageAutomation, event.at)", "loadRuleAt(StageAutomation, Clock.now())"),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stage automation: an already recorded action is executed again",
    at: "stage-automation/stage-automation#recordOutcome",
    change: edit(', () => new WriteConflict("The action was already recorded")', ""),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stage automation: a plan does not skip its completed actions",
    at: "stage-automation/stage-automation#runPlan",
    change: never("done[index]"),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stage automation: two concurrent workers send different mails",
    at: "stage-automation/mail#claimMail",
    change: edit('condition: "attribute_not_exists(pk)",', ""),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stage automation: a started mail uses the current template revision",
    at: "stage-automation/mail#sendMail",
    change: edit("before ? await MessageTemplate.loadRevision(before) : template", "template"),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stage automation: a user who cannot see an opportunity is notified",
    at: "stage-automation/user-recipients#resolveUser",
    change: edit("(await Notifier.canSee(user.id, subject))", "subject.record.id"),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stage automation: the mail quota of an address is not applied",
    at: "stage-automation/mail#takeMailQuota",
    change: edit('return "spent"', "return undefined as never"),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
  {
    name: "stage automation: customers are notified of imported changes",
    at: "stage-automation/suppression#findSuppressionReason",
    change: returns("undefined"),
    tests: "test/engagement/stage-automation/stage-automation.test.ts",
  },
];
