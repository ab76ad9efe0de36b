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
    const known = (await Records.loadMany(Opportunities, ids, { live: true })).filter((each) => each !== undefined);
    return Promise.all(known.map(async (each) => ({ id: each.id, title: each.name, loadFacts: await loadFacts(each) })));
  },
  listNewest: (most) =>
    listKeysAfter(Opportunities, Opportunities.allPartitions("live"), { order: "desc", after: undefined, most }),
  read: Opportunity.read,
  assign: (id, owner_id) => Opportunity.update({ id, owner_id }),
};

export const assignAll = createBulkAssign("opportunity_ids", assignmentTarget);

/** The kind of rule, with its operations on opportunities. */
export const assignmentRule = assignmentRuleFor(assignmentTarget);
