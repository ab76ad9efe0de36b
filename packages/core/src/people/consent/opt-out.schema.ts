import * as z from "zod";
import type { Item } from "../../storage/table/item.ts";

/** Opt-out flags of leads and contacts. The answers of the person decide (docs/people/persons.md, Consent). */
export const optOutFields = {
  email_opt_out: z
    .boolean()
    .nullish()
    .describe("`true` refuses emails in the person's name; left out or null it stays, and only `false` in a PATCH takes it back"),
  phone_opt_out: z.boolean().nullish().describe("`true` refuses telephone calls in the person's name, as email_opt_out emails"),
};

/** The flags in answers. */
export const optOutViewFields = {
  email_opt_out: z.boolean().describe("Whether the person refuses emails, whoever told of it"),
  phone_opt_out: z.boolean().describe("Whether the person refuses telephone calls, whoever told of it"),
};

/** Set while the opt-outs that an earlier release stored only on the record are not yet copied to its person. */
export const consentDueField = z.boolean().nullish();

/** Migrates a record of an earlier release: its `false` was a default and is dropped, its `true` has yet to be copied to the person. */
export const migrateOptOuts = ({ email_opt_out, phone_opt_out, ...stored }: Item): Item => ({
  ...stored,
  ...(email_opt_out ? { email_opt_out } : {}),
  ...(phone_opt_out ? { phone_opt_out } : {}),
  ...(email_opt_out || phone_opt_out ? { consent_due: true } : {}),
});
