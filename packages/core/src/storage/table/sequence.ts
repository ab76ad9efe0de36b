import { useTenant } from "../../kernel/context.ts";
import { update } from "./database.ts";
import { tenantKey } from "./key.ts";

/** Advances a tenant's named sequence by `count` and returns its former value. Used for round-robin across requests. */
export async function advanceSequence(name: string, count: number): Promise<number> {
  const output = await update({
    Key: { pk: tenantKey(useTenant(), "SEQUENCE", name), sk: "sequence" },
    UpdateExpression: "ADD reached :count",
    ExpressionAttributeValues: { ":count": count },
    ReturnValues: "UPDATED_NEW",
  });
  return Number(output.Attributes?.reached) - count;
}
