import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { forEachId, runPartitionJob } from "../../storage/scheduler/partition-job.ts";
import { Records } from "../../storage/write/records.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";
import { rankDefinition, resolveRank } from "./rank.rules.ts";

/** Returns the customer with the rank by the rule in force. */
export async function applyRank(customer: CustomerRecord): Promise<CustomerRecord> {
  const { definition } = await loadActiveRule(rankDefinition);
  return { ...customer, customer_rank: resolveRank(definition, customer) };
}

/** Applies the rule in force to a customer, if the customer still exists. */
const reapplyRule = (id: string): Promise<void> => Records.ignoreMissing(Records.change(Customers, id, applyRank));

export const rankRule = ruleKind({
  ...rankDefinition,
  apply: (set, { id }, seconds) =>
    runPartitionJob(set, seconds, {
      collection: Customers,
      partitions: Customers.allPartitions("live"),
      purpose: id,
      batchSize: 100,
      work: forEachId(reapplyRule),
    }),
});
