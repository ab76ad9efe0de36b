import * as z from "zod";
import { instant, name, oneLine, oneOf, toStoredShape } from "../../../kernel/schema.ts";
import { textSearchWords } from "../../../kernel/text.ts";
import { type BaseRecord, Collection, indexBy } from "../../../storage/table/collection.ts";
import { Sealed } from "../../../storage/vault/vault.ts";
import { providerNames } from "./provider.ts";
import { SIGNATURE_ACCOUNT } from "./signature-account.kind.ts";

export const environments = ["demo", "production"] as const;

const guidField = (what: string) =>
  oneLine(36)
    .toLowerCase()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, `Not ${what}, such as 93be49ab-afa0-4adf-933c-f752070d71ec`)
    .meta({ examples: ["93be49ab-afa0-4adf-933c-f752070d71ec"] });

/** Fields that a caller writes and reads. */
export const fields = {
  provider: oneOf(providerNames),
  name: name(100),
  environment: oneOf(environments).describe("In `demo` nothing that is signed binds anybody"),
  account_id: guidField("an API account id").nullish().describe("Of DocuSign; the user's default account unless said otherwise"),
  integration_key: guidField("an integration key").nullish().describe("Of DocuSign; also called client id"),
  user_id: guidField("a user id").nullish().describe("Of DocuSign: for whom is acted"),
  is_default: z.boolean().default(false).describe("Taken where a request names the provider alone; one of each provider is"),
};

/** Fields that a caller writes and that the API never returns. */
export const secretFields = {
  private_key: z
    .string()
    .max(8000)
    .regex(
      /^\s*-----BEGIN (RSA )?PRIVATE KEY-----[A-Za-z0-9+/=\s]+-----END (RSA )?PRIVATE KEY-----\s*$/,
      "Not a private RSA key in PEM",
    )
    .optional()
    .describe("Of DocuSign: one of the integration's RSA keys, in PEM. It is sealed and never shown"),
  api_key: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{16,200}$/, "Not an API key")
    .optional()
    .describe("Of Dropbox Sign. It is sealed and never shown"),
};
export const secrets = ["private_key", "api_key"] as const satisfies readonly (keyof typeof secretFields)[];

export const Stored = z.object({
  ...toStoredShape(fields),
  secret_changed_at: instant().describe("When its key was written last"),
  sealed: Sealed.nullable(),
});

export type SignatureAccountRecord = z.output<typeof Stored> & BaseRecord;

export const SignatureAccounts = new Collection<SignatureAccountRecord>({
  kind: SIGNATURE_ACCOUNT,
  schema: Stored,
  row: ["provider", "name", "environment", "is_default"],
  indexes: { by_time: indexBy(), by_class: indexBy("provider") },
  filters: { provider: { index: "by_class", field: "provider" } },
  searchWords: ({ name: called }) => textSearchWords(called),
  sealed: "sealed",
});
