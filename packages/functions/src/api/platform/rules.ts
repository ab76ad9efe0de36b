import { ruleGrants } from "@crm/core/platform/rule/rule.kind.ts";
import { Rule } from "@crm/core/platform/rule/rule.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { linksFrom } from "../shared/links.ts";

const tag = "Rules";
const links = linksFrom({
  self: "/rules/{rule_kind}/versions/{id}",
  rule: "/rules/{rule_kind}",
  based_on: "/rules/{rule_kind}/versions/{based_on_id}",
});
const version = { tag, output: recordSchema("Rule", Rule.Info), kind: "record", links } as const;

const operations = [
  operation({
    name: "listRules",
    method: "GET",
    path: "/rules",
    tag,
    access: ruleGrants.read,
    summary: "List the kinds of rule, and what is in force of each",
    verb: Rule.listKinds,
    output: z.array(Rule.RuleKindInfo),
  }),
  operation({
    name: "getRule",
    method: "GET",
    path: "/rules/{kind}",
    tag,
    access: ruleGrants.read,
    summary: "Read what is in force of a kind of rule, and its schema",
    verb: Rule.describeKind,
    output: Rule.RuleKindInfo,
  }),
  operation({
    name: "listRuleVersions",
    method: "GET",
    path: "/rules/{kind}/versions",
    tag,
    access: ruleGrants.read,
    summary: "List the versions of a rule, drafts and published",
    verb: Rule.list,
    output: recordSchema("RuleRow", Rule.Row),
    kind: "list",
    links,
  }),
  operation({
    name: "createRuleVersion",
    method: "POST",
    path: "/rules/{kind}/versions",
    access: ruleGrants.manage,
    summary: "Write a draft of a rule",
    description: "It decides nothing before it is published.",
    verb: Rule.create,
    status: 201,
    ...version,
  }),
  operation({
    name: "rollBackRule",
    method: "POST",
    path: "/rules/{kind}/rollback",
    access: ruleGrants.manage,
    summary: "Go back to an earlier version",
    description: "What it says is published as a new version, in force at once; what was decided meanwhile keeps its version.",
    verb: Rule.rollback,
    status: 201,
    ...version,
  }),
  operation({
    name: "getRuleVersion",
    method: "GET",
    path: "/rules/{kind}/versions/{id}",
    access: ruleGrants.read,
    summary: "Read a version of a rule",
    description: "Also the rule that tenants begin with, by the id that decisions give.",
    verb: Rule.get,
    ...version,
  }),
  operation({
    name: "updateRuleVersion",
    method: "PATCH",
    path: "/rules/{kind}/versions/{id}",
    access: ruleGrants.manage,
    summary: "Change a draft",
    description: "A definition is replaced as a whole.",
    verb: Rule.update,
    ...version,
  }),
  operation({
    name: "deleteRuleVersion",
    method: "DELETE",
    path: "/rules/{kind}/versions/{id}",
    access: ruleGrants.manage,
    summary: "Delete a draft",
    verb: Rule.remove,
    ...version,
  }),
  operation({
    name: "publishRuleVersion",
    method: "POST",
    path: "/rules/{kind}/versions/{id}/publish",
    access: ruleGrants.manage,
    summary: "Publish a draft",
    description: "From then on it never changes. Other processes decide by it within ten seconds.",
    verb: Rule.publish,
    ...version,
  }),
  operation({
    name: "tryRuleVersion",
    method: "POST",
    path: "/rules/{kind}/versions/{id}/dry-run",
    tag,
    access: ruleGrants.manage,
    summary: "See what a version would decide",
    description: "Of the newest records, beside what the rule in force decides of them. Nothing is written.",
    verb: Rule.dryRun,
    output: Rule.DryRunReport,
  }),
];

export const rules = defineApiFunction(operations, { uses: ["domains"] });
