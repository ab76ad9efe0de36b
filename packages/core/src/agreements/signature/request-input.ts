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
  provider: oneOf(providers).default(BUILTIN).describe("`builtin`: our own signing page"),
  account_id: id(SIGNATURE_ACCOUNT).nullish().describe("Account with the provider. Default: the provider's default account"),
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
    .describe("Default: the contact of the record"),
  in_order: z.boolean().default(false).describe("true: one after another, by `order`; false: all at the same time"),
  message: text(5000).nullish().describe("Text above the link in the email"),
  language: language().nullish().describe("Language of emails and pages. Default: the language of the letterhead"),
  expires_in_days: z.number().int().min(1).max(limits.days).optional().describe("Default: the setting `signature_expiry_days`"),
};

export type SignatureRequestInput = z.output<z.ZodObject<typeof SignatureRequestInput>>;
export type SignerInput = NonNullable<SignatureRequestInput["signers"]>[number];
