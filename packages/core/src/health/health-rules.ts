import type * as z from "zod";
import { Customer } from "../customer/customer.ts";
import { EngagementScore, HealthScore } from "../customer/wellbeing.rules.ts";
import { type RuleKind, ruleKind } from "../rule/kind.ts";
import { eachOf, pass } from "../storage/jobs/pass.ts";
import { Health } from "./health.ts";

/** The rules of health, with what follows where another is in force: the health of every customer is made anew. */

const followed = <S extends z.ZodType>(kind: RuleKind<S>): RuleKind<S> =>
  ruleKind({
    ...kind,
    follow: (set, { id }, seconds) => {
      const { collection } = Customer.listed;
      const partitions = collection.whole("live");
      return pass(set, seconds, { collection, partitions, purpose: id, together: 100, work: eachOf(Health.follow) });
    },
  });

export const engagementRule = followed(EngagementScore);
export const healthRule = followed(HealthScore);
