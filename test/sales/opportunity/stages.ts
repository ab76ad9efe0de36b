import type { Client } from "@crm/functions/derive/client.ts";

const OPEN_STAGES = ["prospecting", "qualification", "needs_analysis", "proposal", "negotiation"] as const;
export type StageCode = (typeof OPEN_STAGES)[number] | "closed_won" | "closed_lost";

/** Moves an opportunity to a stage through the requests that lead there; `fields` adds what the stages require. */
export async function moveToStage(crm: Client, id: string, code: StageCode, fields: Record<string, unknown> = {}) {
  const { data: stages } = await crm.listOpportunityStages({ limit: 100 });
  const codeOf = new Map(stages.map((stage) => [stage.id, stage.code]));
  let { data } = await crm.getOpportunity({ id });
  const lacking = { amount: data.amount ?? "0", close_date: data.close_date ?? "2030-01-31", ...fields };
  if (data.is_closed && codeOf.get(data.stage_id) !== code)
    data = (await crm.reopenOpportunity({ id, reason: "Another chance" })).data;
  if (codeOf.get(data.stage_id) === code) return data;
  if (code === "closed_won") {
    if (data.amount === null) await crm.updateOpportunity({ id, amount: lacking.amount });
    return (await crm.winOpportunity({ id })).data;
  }
  if (code === "closed_lost") return (await crm.loseOpportunity({ id, win_loss_reason_id: "timing" })).data;
  for (let at = OPEN_STAGES.indexOf(codeOf.get(data.stage_id) as "proposal"); OPEN_STAGES[at] !== code; ) {
    at = at < OPEN_STAGES.indexOf(code) ? at + 1 : OPEN_STAGES.indexOf(code);
    data = (await crm.moveOpportunity({ id, stage_id: OPEN_STAGES[at] as string, reason: "On its way", fields: lacking })).data;
  }
  return data;
}
