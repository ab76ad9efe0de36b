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
    summary: "List the kinds of rules, with the active version of each",
    verb: Rule.listKinds,
    output: z.array(Rule.RuleKindInfo),
  }),
  operation({
    name: "getRule",
    method: "GET",
    path: "/rules/{kind}",
    tag,
    access: ruleGrants.read,
    summary: "Read the active version of a kind of rule, and its schema",
    verb: Rule.describeKind,
    output: Rule.RuleKindInfo,
    inBatch: true,
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
    summary: "Create a draft of a rule",
    description: "A draft has no effect until it is published.",
    verb: Rule.create,
    status: 201,
    ...version,
  }),
  operation({
    name: "rollBackRule",
    method: "POST",
    path: "/rules/{kind}/rollback",
    access: ruleGrants.manage,
    summary: "Roll back to an earlier version",
    description:
      "The earlier content is published as a new version, effective at once. Decisions made in the meantime keep their version.",
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
    description: "Also the initial rule of tenants, by the id that decisions refer to.",
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
    description: "A published version never changes. All processes use it within ten seconds.",
    verb: Rule.publish,
    ...version,
  }),
  operation({
    name: "tryRuleVersion",
    method: "POST",
    path: "/rules/{kind}/versions/{id}/dry-run",
    tag,
    access: ruleGrants.manage,
    summary: "Preview the decisions of a version",
    description:
      "For the newest records that the caller sees, or for the record `record_id`, next to the decisions of the active version. Approval rules and " +
      "scores also explain the decisions: which entries apply, and the values that each condition was compared with. Nothing is written.",
    verb: Rule.dryRun,
    output: Rule.DryRunReport,
  }),
];

export const rules = defineApiFunction(operations, { uses: ["domains"] });
