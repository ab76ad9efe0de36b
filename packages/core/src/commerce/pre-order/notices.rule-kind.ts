import * as z from "zod";
import { ruleKind } from "../../platform/rule/rule-kind.ts";

/** The tenant's rule for notices about pre-orders. */
export const PreOrderNotices = ruleKind({
  name: "pre_order_notices",
  label: "Notices about pre-orders",
  description: "Whether the customer gets a mail when a pre-order is ready",
  schema: z.strictObject({
    customer_mail: z.boolean().describe("true: the customer gets a mail once for each pre-order"),
  }),
  defaults: [{ customer_mail: true }],
});
