import { Master } from "../masters/master.ts";
import { OPPORTUNITY_STAGES } from "../opportunity/opportunity.masters.ts";
import type { Known } from "./stage-automation.rules.ts";

/** What stages are compared by, as the tenant has them now. */
export const known = async (currency: string): Promise<Known> => ({
  orders: await Master.sequencesOf(OPPORTUNITY_STAGES),
  currency,
});
