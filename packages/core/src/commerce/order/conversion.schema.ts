import * as z from "zod";
import { PotentialConversion } from "../../accounts/conversion/potential-conversion.ts";
import { IdInput, oneOf } from "../../kernel/schema.ts";
import { lineFields, MAX_LINES } from "./order.entity.ts";

/** The inputs of conversions to orders. The verbs are loaded with the first conversion (`conversion.ts`). */

export const Convert = IdInput.extend({ to: oneOf(["order"]) });

export const ConvertPotential = PotentialConversion.Convert.extend({
  order: z
    .strictObject({
      customer_id: PotentialConversion.Parties.customer_id,
      contact_id: PotentialConversion.Parties.contact_id,
      line_items: z
        .array(z.strictObject(lineFields))
        .max(MAX_LINES)
        .optional()
        .describe("If empty, one line with the estimated value"),
    })
    .optional()
    .describe("The order to be made"),
});
