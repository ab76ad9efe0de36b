import * as z from "zod";
import { instant, oneOf } from "../../kernel/schema.ts";

export const consentStatuses = ["ALLOWED", "REFUSED", "NOT_ASKED"] as const;

/** The answer of a person whether messages may be sent on a channel, for a purpose. */
export const Preference = z.object({
  channel: z.string().describe("Code of one of the tenant's communication channels"),
  purpose: z
    .string()
    .describe("`any`, `marketing` for all marketing, `service`, or the code of a subscription type, such as `newsletter`"),
  consent: oneOf(consentStatuses),
  source: z.string().nullable().describe("Where the person gave the answer"),
  at: instant(),
  text: z
    .string()
    .nullish()
    .describe("The text that the person agreed to in a form; `NOT_ASKED`: they have not confirmed it yet"),
});
export type Preference = z.output<typeof Preference>;
