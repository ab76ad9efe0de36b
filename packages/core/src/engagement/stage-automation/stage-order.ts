import { Master } from "../../platform/master-data/master.ts";
import { OPPORTUNITY_STAGES } from "../../sales/opportunity/opportunity.masters.ts";
import type { StageOrder } from "./stage-automation.rules.ts";

/** Reads the tenant's current order of stages. */
export const loadStageOrder = async (currency: string): Promise<StageOrder> => ({
  orders: await Master.loadSequences(OPPORTUNITY_STAGES),
  currency,
});
