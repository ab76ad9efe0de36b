import { useTenant } from "../../kernel/context.ts";
import { update } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";
import type { Step } from "./definition.ts";

/** Counts how often a step has run that chooses one of several values, one after the other. */

export const usesRotation = (step: Step): boolean =>
  step.do !== "branch" && step.do !== "split" && step.do !== "approval" && JSON.stringify(step).includes('"round_robin"');

/** Returns the number of this run of a step; 0 for a step without such values, which costs nothing. */
export async function countRotation(workflow: string, step: Step): Promise<number> {
  if (!usesRotation(step)) return 0;
  const { Attributes } = await update({
    Key: { pk: tenantKey(useTenant(), "WORKFLOWROTATION", workflow), sk: step.id },
    UpdateExpression: "ADD runs :one",
    ExpressionAttributeValues: { ":one": 1 },
    ReturnValues: "ALL_NEW",
  });
  return Number(Attributes?.runs ?? 1) - 1;
}
