import { edit, type Mutant, never, property, replaceCall } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "scores: a restarted pass over all leads resumes from its old cursor",
    at: "rule/rule#restart",
    change: replaceCall("put", "transaction()"),
    tests: "test/sales/scoring/score-over-time.test.ts -t minutes",
  },
  {
    name: "rules: a decision names the default rule instead of the applied version",
    at: "active-rule#loadVersion",
    change: property("id", "findDefaultRule(kind).id"),
    tests: "test/platform/rule/rule.test.ts",
  },
  {
    name: "rules: a draft is applied to decisions",
    at: "rule/rule#create",
    change: edit(
      "return transaction().create(RuleVersions, draft).commit(draft);",
      'const tx = transaction();\n    const version = await publishVersion(kind, draft, tx, {});\n    return tx.create(RuleVersions, { ...version, status: "DRAFT", number: null }).commit(draft);',
    ),
    tests: "test/platform/rule/rule.test.ts",
  },
  {
    name: "rules: concurrently published versions get the same number",
    at: "rule/rule#writeSet",
    change: replaceCall("replace", "return"),
    tests: "test/platform/rule/rule.test.ts",
  },
  {
    name: "rules: a published version can be edited",
    at: "rule/rule#requireDraft",
    change: never("status"),
    tests: "test/platform/rule/rule.test.ts",
  },
  {
    name: "rules: decisions of a version in force between two turns are kept",
    at: "rule/rule#proceed",
    change: edit(
      "const done = await (kind.apply?.(ruleSetId, rule, seconds) ?? true);",
      "const done = rule.id === set.applied_id || (await (kind.apply?.(ruleSetId, rule, seconds) ?? true));",
    ),
    tests: "test/sales/scoring/score-over-time.test.ts -t turn",
  },
  {
    name: "follow-ups: the rule is evaluated only once instead of daily",
    at: "rule/rule#proceed",
    change: edit("kind.isDaily?.(rule.definition)", "false"),
    tests: "test/engagement/follow-up/follow-up.test.ts",
  },
];
