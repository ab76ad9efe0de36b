import * as z from "zod";
import { id } from "../../kernel/schema.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { SLA_POLICY } from "../../service/sla/sla.kind.ts";
import { requirePolicy } from "./service-level.ts";

/** The tenant's rule for after-sales cases: what customers are told, and how soon cases must be handled. */

export const AfterSalesRule = ruleKind({
  name: "after_sales",
  label: "After-sales cases",
  description: "Whether customers get mails about their cases, whether they can open cases themselves, and the service level",
  schema: z.strictObject({
    sends_mails: z.boolean().describe("Customers get a mail when a case is approved, has arrived, is resolved or is rejected"),
    customers_open_cases: z.boolean().describe("Customers can open cases on the page of their order"),
    sla_policy_id: id(SLA_POLICY)
      .nullish()
      .describe(
        "The SLA policy whose targets for the first response and the resolution apply. If empty, there is no service level",
      ),
  }),
  resolve: async (definition) => {
    if (definition.sla_policy_id) await requirePolicy(definition.sla_policy_id);
    return definition;
  },
  defaults: [{ sends_mails: true, customers_open_cases: true, sla_policy_id: null }],
});
