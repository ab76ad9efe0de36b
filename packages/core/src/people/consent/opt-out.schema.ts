import * as z from "zod";
import type { Item } from "../../storage/table/item.ts";

/** Flags on leads and contacts of how their person may not be reached. What holds is the person's (docs/people/persons.md, Consent). */
export const optOutFields = {
  email_opt_out: z
    .boolean()
    .nullish()
    .describe("`true` refuses emails in the person's name; left out or null it stays, and only `false` in a PATCH takes it back"),
  phone_opt_out: z.boolean().nullish().describe("`true` refuses telephone calls in the person's name, as email_opt_out emails"),
};

/** As they are shown. */
export const optOutViewFields = {
  email_opt_out: z.boolean().describe("Whether the person refuses emails, whoever told of it"),
  phone_opt_out: z.boolean().describe("Whether the person refuses telephone calls, whoever told of it"),
};

/** Set while what an earlier release kept on the record alone has still to reach its person. */
export const consentDueField = z.boolean().nullish();

/** Of a record that an earlier release wrote: `false` was nobody's word, and `true` is still the record's alone. */
export const migrateOptOuts = ({ email_opt_out, phone_opt_out, ...stored }: Item): Item => ({
  ...stored,
  ...(email_opt_out ? { email_opt_out } : {}),
  ...(phone_opt_out ? { phone_opt_out } : {}),
  ...(email_opt_out || phone_opt_out ? { consent_due: true } : {}),
});
