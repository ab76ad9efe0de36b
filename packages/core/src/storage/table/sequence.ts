import { useTenant } from "../../kernel/context.ts";
import { update } from "./database.ts";
import { tenantKey } from "./key.ts";

/** Moves a tenant's named sequence on by `count`, and says where it stood: for turns that go on from request to request. */
export async function advanceSequence(name: string, count: number): Promise<number> {
  const output = await update({
    Key: { pk: tenantKey(useTenant(), "SEQUENCE", name), sk: "sequence" },
    UpdateExpression: "ADD reached :count",
    ExpressionAttributeValues: { ":count": count },
    ReturnValues: "UPDATED_NEW",
  });
  return Number(output.Attributes?.reached) - count;
}
