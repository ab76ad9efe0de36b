import * as z from "zod";
import { language } from "../../kernel/language.ts";
import { email, id, name, oneOf, phone, text } from "../../kernel/schema.ts";
import { SIGNATURE_ACCOUNT } from "./provider/signature-account.kind.ts";
import { codeChannels } from "./session.rules.ts";
import { providers, roles } from "./signature.entity.ts";
import { BUILTIN } from "./transition.rules.ts";

/** Input of a signature request: its signers and options. */

const limits = { signers: 10, days: 365 } as const;

/** How codes reach a signer. */
export const contactFields = {
  phone: phone().nullish().describe("Without a country code, the tenant's country is assumed; required for codes by SMS"),
  code_by: oneOf(codeChannels).optional().describe("How the signer gets codes on our own page. Default: `email`"),
};

export const SignatureRequestInput = {
  provider: oneOf(providers).default(BUILTIN).describe("Where people sign; `builtin` is our own signing page"),
  account_id: id(SIGNATURE_ACCOUNT)
    .nullish()
    .describe("Account with the provider. If empty, the default account of the provider"),
  signers: z
    .array(
      z.strictObject({
        name: name(100),
        email: email(),
        ...contactFields,
        role: oneOf(roles).default("customer"),
        order: z.number().int().min(1).max(limits.signers).optional().describe("Default: the position in the list of signers"),
      }),
    )
    .min(1)
    .max(limits.signers)
    .optional()
    .describe("If empty, the contact of the record"),
  in_order: z
    .boolean()
    .default(false)
    .describe("Whether the signers sign one after another, by `order`, and not all at the same time"),
  message: text(5000).nullish().describe("Text above the link in the email"),
  language: language().nullish().describe("Language of emails and pages. If empty, that of the letterhead"),
  expires_in_days: z.number().int().min(1).max(limits.days).optional().describe("If empty, as in the settings"),
};

export type SignatureRequestInput = z.output<z.ZodObject<typeof SignatureRequestInput>>;
export type SignerInput = NonNullable<SignatureRequestInput["signers"]>[number];
