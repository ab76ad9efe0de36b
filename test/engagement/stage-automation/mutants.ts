import { edit, type Mutant, never, returns } from "../../../scripts/source-mutation.ts";

const tests = "test/engagement/stage-automation/stage-automation.test.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "stage automation: an entry names the rule of today",
    at: "stage-automation/stage-action.recorder#describeChange",
    change: edit("loadRuleAt(StageAutomation, at)", "loadRuleAt(StageAutomation, new Date().toISOString())"),
    tests,
  },
  {
    name: "stage automation: an automation that is switched off runs",
    at: "stage-automation/stage-workflows#buildWorkflows",
    change: edit("automation.is_active ?", "automation.name ?"),
    tests,
  },
  {
    name: "workflow: a claimed mail of the system uses the current template",
    at: "workflow/system-mail#prepare",
    change: edit(
      "claim === undefined ? await loadApprovedTexts(template) : await MessageTemplate.loadRevision(claim)",
      "template",
    ),
    tests,
  },
  {
    name: "workflow: a user who cannot see a record is notified",
    at: "workflow/user-recipients#resolveUser",
    change: edit("await Notifier.canSee(user.id, { collection, record })", "record.id && collection"),
    tests,
  },
  {
    name: "workflow: the quota of an address is not applied to mails of the system",
    at: "workflow/system-mail#prepare",
    change: never("!attempt"),
    tests,
  },
  {
    name: "workflow: a task is due after the delivery of a late event",
    at: "workflow/step-plan#findStart",
    change: edit("enrollment.change.at", "Clock.now()"),
    tests,
  },
  {
    name: "stage automation: customers are notified of imported changes",
    at: "stage-automation/suppression#findSuppressionReason",
    change: returns("undefined"),
    tests,
  },
  {
    name: "stage automation: an action of a former release is done again",
    at: "stage-automation/stage-action.recorder#prepareStep",
    change: never("await Records.load(StageActions, id)"),
    tests,
  },
];
