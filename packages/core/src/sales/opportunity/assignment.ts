import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { Records } from "../../storage/write/records.ts";
import { type AssignmentTarget, assignmentRuleFor, createBulkAssign } from "../assignment/bulk-assignment.ts";
import { assignableOpportunities, loadFacts } from "./assignment.rule-kind.ts";
import { Opportunities } from "./opportunity.entity.ts";
import { OPPORTUNITY } from "./opportunity.kind.ts";
import { Opportunity } from "./opportunity.ts";

/** Bulk assignment of opportunities to users. */

const assignmentTarget: AssignmentTarget = {
  kind: OPPORTUNITY,
  assignable: assignableOpportunities,
  async loadFacts(ids) {
    const opportunities = (await Records.loadMany(Opportunities, ids, { live: true })).filter(
      (opportunity) => opportunity !== undefined,
    );
    return Promise.all(
      opportunities.map(async (opportunity) => ({
        id: opportunity.id,
        title: opportunity.name,
        loadFacts: await loadFacts(opportunity),
      })),
    );
  },
  listNewest: (limit) =>
    listKeysAfter(Opportunities, Opportunities.allPartitions("live"), { order: "desc", after: undefined, most: limit }),
  read: Opportunity.read,
  assign: (id, owner_id) => Opportunity.update({ id, owner_id }),
};

export const assignAll = createBulkAssign("opportunity_ids", assignmentTarget);

/** The kind of rule, with its operations on opportunities. */
export const assignmentRule = assignmentRuleFor(assignmentTarget);
