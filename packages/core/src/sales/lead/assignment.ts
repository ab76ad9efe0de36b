import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { Records } from "../../storage/write/records.ts";
import { type AssignmentTarget, assignmentRuleFor, createBulkAssign, Results } from "../assignment/bulk-assignment.ts";
import { assignableLeads } from "./assignment.rule-kind.ts";
import { History } from "./history.ts";
import { Leads } from "./lead.entity.ts";
import { LEAD } from "./lead.kind.ts";
import { Lead } from "./lead.ts";

/** Bulk assignment of leads to users. */

const assignmentTarget: AssignmentTarget = {
  kind: LEAD,
  assignable: assignableLeads,
  async loadFacts(ids) {
    const leads = (await Records.loadMany(Leads, ids, { live: true })).filter((lead) => lead !== undefined);
    return leads.map((lead) => ({ id: lead.id, title: lead.display_name ?? lead.lead_number, loadFacts: toFacts(lead) }));
  },
  listNewest: (limit) => listKeysAfter(Leads, Leads.allPartitions("live"), { order: "desc", after: undefined, most: limit }),
  read: Lead.read,
  assign: Lead.assignOwner,
};

const toFacts = (lead: Lead) => ({
  territory_id: lead.territory_id ?? null,
  lead_source_id: lead.lead_source_id ?? null,
  country_id: lead.country_id ?? null,
  product_line: lead.product_line ?? null,
  lead_score: lead.lead_score,
});

export const assignAll = createBulkAssign("lead_ids", assignmentTarget);
export { Results };

/** Lists the assignments of a lead, newest first. */
export const listHistory = fn(History.Query.extend({ id: text(64) }), async ({ id, ...query }) =>
  History.list(await Lead.read(id), query),
);

/** The kind of rule, with its operations on leads. */
export const assignmentRule = assignmentRuleFor(assignmentTarget);

export * as Assignment from "./assignment.ts";
