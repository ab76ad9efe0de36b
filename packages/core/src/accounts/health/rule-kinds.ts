import type * as z from "zod";
import { type RuleKind, ruleKind } from "../../platform/rule/rule-kind.ts";
import { forEachId, runPartitionJob } from "../../storage/scheduler/partition-job.ts";
import { Customer } from "../customer/customer.ts";
import { EngagementScore, HealthScore } from "../customer/health-score.rules.ts";
import { Health } from "./health.ts";

/** The rules of health. When another version comes into force, the health of every customer is recalculated. */

const withRecalculation = <S extends z.ZodType>(kind: RuleKind<S>): RuleKind<S> =>
  ruleKind({
    ...kind,
    apply: (set, { id }, seconds) => {
      const { collection } = Customer.listDefinition;
      const partitions = collection.allPartitions("live");
      return runPartitionJob(set, seconds, {
        collection,
        partitions,
        purpose: id,
        batchSize: 100,
        work: forEachId(Health.refresh),
      });
    },
  });

export const engagementRule = withRecalculation(EngagementScore);
export const healthRule = withRecalculation(HealthScore);
