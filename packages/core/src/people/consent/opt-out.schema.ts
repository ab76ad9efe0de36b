import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import type { Item } from "../../storage/table/item.ts";

/** Opt-out flags of leads and contacts. The answers of the person decide (docs/people/persons.md, Consent). */
export const optOutFields = {
  email_opt_out: personalData(
    "consent",
    z
      .boolean()
      .nullish()
      .describe("Whether the person refuses emails. A refusal stays until a change sets it to `false`; empty changes nothing"),
  ),
  phone_opt_out: personalData(
    "consent",
    z
      .boolean()
      .nullish()
      .describe(
        "Whether the person refuses phone calls. A refusal stays until a change sets it to `false`; empty changes nothing",
      ),
  ),
};

/** The flags in answers. */
export const optOutViewFields = {
  email_opt_out: z.boolean().describe("Whether the person refuses emails, regardless of who recorded the refusal"),
  phone_opt_out: z.boolean().describe("Whether the person refuses telephone calls, regardless of who recorded the refusal"),
};

/** Set while the opt-outs that an earlier release stored only on the record are not yet copied to its person. */
export const consentDueField = personalData("consent", z.boolean().nullish());

/** Migrates a record of an earlier release: its `false` was a default and is dropped, its `true` has yet to be copied to the person. */
export const migrateOptOuts = ({ email_opt_out, phone_opt_out, ...stored }: Item): Item => ({
  ...stored,
  ...(email_opt_out ? { email_opt_out } : {}),
  ...(phone_opt_out ? { phone_opt_out } : {}),
  ...(email_opt_out || phone_opt_out ? { consent_due: true } : {}),
});
