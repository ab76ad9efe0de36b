import * as z from "zod";
import { aboutUser, personalData } from "../../../kernel/personal-data.ts";
import { instant, name, oneLine, oneOf, toStoredShape } from "../../../kernel/schema.ts";
import { textSearchWords } from "../../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../../storage/table/collection.ts";
import { Sealed } from "../../../storage/vault/vault.ts";
import { providerNames } from "./provider.ts";
import { SIGNATURE_ACCOUNT } from "./signature-account.kind.ts";

export const environments = ["demo", "production"] as const;

const guidField = (noun: string) =>
  oneLine(36)
    .toLowerCase()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, `Must be ${noun}, such as 93be49ab-afa0-4adf-933c-f752070d71ec`)
    .meta({ examples: ["93be49ab-afa0-4adf-933c-f752070d71ec"] });

/** Fields that a caller writes and reads. */
export const fields = {
  provider: oneOf(providerNames),
  name: personalData("none", name(100)),
  environment: oneOf(environments).describe("Signatures in `demo` are not legally binding"),
  account_id: personalData(
    "none",
    guidField("an API account id").nullish().describe("DocuSign only. Default: the user's default account"),
  ),
  integration_key: personalData(
    "none",
    guidField("an integration key").nullish().describe("DocuSign only; also called client id"),
  ),
  user_id: personalData(
    "identifier",
    guidField("a user id").nullish().describe("DocuSign only: the user for whom the integration acts"),
  ),
  is_default: z
    .boolean()
    .default(false)
    .describe("Used if a request names only the provider; each provider has one default account"),
};

/** Fields that a caller writes and that the API never returns. */
export const secretFields = {
  private_key: z
    .string()
    .max(8000)
    .regex(
      /^\s*-----BEGIN (RSA )?PRIVATE KEY-----[A-Za-z0-9+/=\s]+-----END (RSA )?PRIVATE KEY-----\s*$/,
      "Must be a private RSA key in PEM",
    )
    .optional()
    .describe("DocuSign only: one of the integration's RSA keys, in PEM. Stored encrypted and never returned"),
  api_key: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{16,200}$/, "Must be an API key: 16 to 200 ASCII characters without spaces")
    .optional()
    .describe("Dropbox Sign only. Stored encrypted and never returned"),
};
export const secrets = ["private_key", "api_key"] as const satisfies readonly (keyof typeof secretFields)[];

export const Stored = z.object({
  ...toStoredShape(fields),
  secret_changed_at: personalData("none", instant().describe("When the key was last written")),
  sealed: Sealed.nullable(),
});

export type SignatureAccountRecord = z.output<typeof Stored> & BaseRecord;

export const SignatureAccounts = new Collection<SignatureAccountRecord>({
  kind: SIGNATURE_ACCOUNT,
  schema: Stored,
  personalData: {
    purpose: "Connect the tenant's account with a provider of signatures.",
    sharedFields: { sealed: "credential" },
    subject: aboutUser(),
    sealedValues: { "*": "credential" },
  },
  row: ["provider", "name", "environment", "is_default"],
  indexes: { by_time: indexBy(), by_class: indexBy("provider") },
  filters: { provider: { index: "by_class", field: "provider" } },
  searchWords: ({ name: accountName }) => textSearchWords(accountName),
  sealed: "sealed",
});
