import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import { type AssignmentTarget, assignmentRuleFor, createBulkAssign, Results } from "../assignment/bulk-assignment.ts";
import { assignableLeads } from "./assignment.rule-kind.ts";
import { History } from "./history.ts";
import { type LeadRecord, Leads } from "./lead.entity.ts";
import { Lead } from "./lead.ts";

/** Bulk assignment of leads to users. */

const assignmentTarget: AssignmentTarget<LeadRecord> = {
  collection: Leads,
  assignable: assignableLeads,
  toTitle: ({ display_name, lead_number }) => display_name ?? lead_number,
  loadFacts: ({ personal_key_id, territory_id, lead_source_id, country_id, product_line, lead_score }) => ({
    personal_key_id,
    territory_id: territory_id ?? null,
    lead_source_id: lead_source_id ?? null,
    country_id: country_id ?? null,
    product_line: product_line ?? null,
    lead_score,
  }),
  read: Lead.read,
  assign: Lead.assignOwner,
};

export const assignAll = createBulkAssign("lead_ids", assignmentTarget);
export { Results };

/** Lists the assignments of a lead, newest first. */
export const listHistory = fn(History.Query.extend({ id: text(64) }), async ({ id, ...query }) =>
  History.list(await Lead.read(id), query),
);

/** The kind of rule, with its operations on leads. */
export const assignmentRule = assignmentRuleFor(assignmentTarget);

export * as Assignment from "./assignment.ts";
