import { createPrivateKey } from "node:crypto";
import { usePorts, useTenant } from "../../../kernel/context.ts";
import { ruleViolation } from "../../../kernel/error.ts";
import { fn } from "../../../kernel/fn.ts";
import { oneOf } from "../../../kernel/schema.ts";
import type { AccountRequirements } from "../../../platform/provider-account/provider-account.rules.ts";
import { createAccountVerbs } from "../../../platform/provider-account/provider-account.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../../storage/read/list.ts";
import { rowSchema } from "../../../storage/table/collection.ts";
import { Vault } from "../../../storage/vault/vault.ts";
import { DefaultRecord } from "../../../storage/write/default-record.ts";
import { Records } from "../../../storage/write/records.ts";
import { type ProviderName, providerNames, type SignatureProvider } from "./provider.ts";
import {
  fields,
  type SignatureAccountRecord,
  SignatureAccounts,
  Stored,
  secretFields,
  secrets,
} from "./signature-account.entity.ts";

/** Accounts with signature providers. Their keys are sealed when they are written, and opened only to call the provider. */

export const Info = Stored.omit({ sealed: true });
export const Row = rowSchema(Info, SignatureAccounts.definition.row);

const Query = listSchema(SignatureAccounts, { provider: oneOf(providerNames).optional() });

export const list = fn(Query, (input) => listRecords(SignatureAccounts, buildListQuery(SignatureAccounts, input)));

export { AccountCheck } from "../../../lib/provider-http/provider-client.ts";

/** The default account of each provider, used if a request names only the provider. */
export const defaultAccount = new DefaultRecord(SignatureAccounts, {
  keyPart: "SIGNATUREDEFAULT",
  group: ({ provider }) => provider,
  noun: "account",
});

export const { create, get, update, remove, check } = createAccountVerbs({
  ...{ collection: SignatureAccounts, fields, secretFields, defaultAccount, createProvider: providerFor },
  providerField: "provider",
  immutableFields: ["environment"],
  requirements: {
    docusign: { fields: ["integration_key", "user_id"], secret: "private_key", foreignFields: ["api_key"] },
    dropbox_sign: { fields: [], secret: "api_key", foreignFields: ["private_key", "account_id", "integration_key", "user_id"] },
  } satisfies Record<ProviderName, AccountRequirements>,
  findProblems: (_stated, { private_key }) =>
    private_key === undefined || isRsa(private_key)
      ? []
      : [{ field: "private_key", message: "Must be a private RSA key of at least 2048 bits in PEM" }],
});

/** Loads the adapter of an account without a permission check, for the signing code. */
export async function loadProvider(account_id: string): Promise<SignatureProvider> {
  const account = await Records.load(SignatureAccounts, account_id, { live: true });
  if (!account) throw ruleViolation("The signature account is deleted");
  return providerFor(account);
}

/** Returns the id of the named account, or of the provider's default. Throws if there is none or it belongs to another provider. */
export async function accountFor(provider: ProviderName, account_id?: string | null): Promise<string> {
  const id = account_id ?? (await defaultAccount.findId(provider));
  const account = id === undefined ? undefined : await Records.load(SignatureAccounts, id, { live: true });
  if (!account)
    throw ruleViolation(
      account_id ? "No such signature account" : "The provider has no default account: an administrator must add one",
      [{ field: account_id ? "account_id" : "provider", message: account_id ? "No such record" : "No default account" }],
    );
  if (account.provider !== provider)
    throw ruleViolation("The account belongs to another provider", [
      { field: "account_id", message: `The account belongs to ${account.provider}` },
    ]);
  return account.id;
}

async function providerFor(account: SignatureAccountRecord): Promise<SignatureProvider> {
  const { web, origin } = usePorts();
  const { id, version, provider, environment, account_id, integration_key, user_id } = account;
  const { private_key, api_key } = await Vault.open(id, account.sealed, secrets);
  if (provider === "dropbox_sign") {
    if (!api_key) throw ruleViolation("The account has no API key");
    return (await import("./dropbox-sign.ts")).dropboxSign(web, { environment, api_key });
  }
  if (!private_key || !integration_key || !user_id)
    throw ruleViolation("The account needs a private key, an integration key and a user id");
  const key = `${useTenant()} ${id} ${version}`;
  return (await import("./docusign.ts")).docusign(web, {
    ...{ key, environment, account_id, integration_key, user_id, private_key },
    redirect_uri: `${origin}/`,
  });
}

function isRsa(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    return asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
  } catch {
    return false;
  }
}

export * as SignatureAccount from "./signature-account.ts";
