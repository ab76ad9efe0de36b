import { edit, type Mutant, never, property, replaceCall } from "../../../scripts/source-mutation.ts";

export const mutants: readonly Mutant[] = [
  {
    name: "scores: going through all leads goes on where it ended last",
    at: "rule/rule#restart",
    change: replaceCall("put", "transaction()"),
    tests: "test/sales/scoring/score-over-time.test.ts -t minutes",
  },
  {
    name: "rules: a decision names the version before",
    at: "active-rule#loadVersion",
    change: property("id", "findDefaultRule(kind).id"),
    tests: "test/platform/rule/rule.test.ts",
  },
  {
    name: "rules: a draft decides",
    at: "rule/rule#create",
    change: edit(
      "return transaction().create(RuleVersions, draft).commit(draft);",
      'const tx = transaction();\n    const version = await publishVersion(kind, draft, tx, {});\n    return tx.create(RuleVersions, { ...version, status: "DRAFT", number: null }).commit(draft);',
    ),
    tests: "test/platform/rule/rule.test.ts",
  },
  {
    name: "rules: what is published at once has one number",
    at: "rule/rule#writeSet",
    change: replaceCall("replace", "return"),
    tests: "test/platform/rule/rule.test.ts",
  },
  {
    name: "rules: what is published can be written again",
    at: "rule/rule#requireDraft",
    change: never("status"),
    tests: "test/platform/rule/rule.test.ts",
  },
  {
    name: "rules: one that was in force between two turns leaves its decisions",
    at: "rule/rule#proceed",
    change: edit(
      "const done = await (kind.apply?.(ruleSetId, rule, seconds) ?? true);",
      "const done = rule.id === set.applied_id || (await (kind.apply?.(ruleSetId, rule, seconds) ?? true));",
    ),
    tests: "test/sales/scoring/score-over-time.test.ts -t turn",
  },
  {
    name: "follow-ups: are looked for once, as the rule comes into force",
    at: "rule/rule#proceed",
    change: edit("kind.isDaily?.(rule.definition)", "false"),
    tests: "test/engagement/follow-up/follow-up.test.ts",
  },
];
