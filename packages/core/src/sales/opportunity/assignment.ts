import { type AssignmentTarget, assignmentRuleFor, createBulkAssign } from "../assignment/bulk-assignment.ts";
import { assignableOpportunities, loadFacts } from "./assignment.rule-kind.ts";
import { Opportunities, type OpportunityRecord } from "./opportunity.entity.ts";
import { Opportunity } from "./opportunity.ts";

/** Bulk assignment of opportunities to users. */

const assignmentTarget: AssignmentTarget<OpportunityRecord> = {
  collection: Opportunities,
  assignable: assignableOpportunities,
  toTitle: ({ name }) => name,
  loadFacts,
  read: Opportunity.read,
  assign: (id, owner_id) => Opportunity.update({ id, owner_id }),
};

export const assignAll = createBulkAssign("opportunity_ids", assignmentTarget);

/** The kind of rule, with its operations on opportunities. */
export const assignmentRule = assignmentRuleFor(assignmentTarget);
