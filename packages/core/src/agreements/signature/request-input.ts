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
  phone: phone().nullish().describe("Read with the tenant's country where it has none; required for codes by SMS"),
  code_by: oneOf(codeChannels).optional().describe("How their codes reach them on our own page; `email` unless told otherwise"),
};

export const SignatureRequestInput = {
  provider: oneOf(providers).default(BUILTIN).describe("`builtin` is our own page"),
  account_id: id(SIGNATURE_ACCOUNT).nullish().describe("With the provider; its default account unless told otherwise"),
  signers: z
    .array(
      z.strictObject({
        name: name(100),
        email: email(),
        ...contactFields,
        role: oneOf(roles).default("customer"),
        order: z
          .number()
          .int()
          .min(1)
          .max(limits.signers)
          .optional()
          .describe("Its place among the signers unless told otherwise"),
      }),
    )
    .min(1)
    .max(limits.signers)
    .optional()
    .describe("The contact of the record unless told otherwise"),
  in_order: z.boolean().default(false).describe("One after another, by `order`; otherwise side by side"),
  message: text(5000).nullish().describe("In the mail, above the link"),
  language: language().nullish().describe("Of mails and pages; that of the letterhead unless told otherwise"),
  expires_in_days: z
    .number()
    .int()
    .min(1)
    .max(limits.days)
    .optional()
    .describe("The setting `signature_expiry_days` unless told otherwise"),
};

export type SignatureRequestInput = z.output<z.ZodObject<typeof SignatureRequestInput>>;
export type SignerInput = NonNullable<SignatureRequestInput["signers"]>[number];
