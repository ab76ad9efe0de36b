import { createPrivateKey } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../../kernel/clock.ts";
import { usePorts, useTenant } from "../../../kernel/context.ts";
import { invalidAll, ruleViolation } from "../../../kernel/error.ts";
import { fn } from "../../../kernel/fn.ts";
import { oneOf, patchSchema, text, toStoredFields, toStoredPatch } from "../../../kernel/schema.ts";
import {
  type AccountRequirements,
  findImmutableChanges,
  pickSecrets,
  validateAccount,
} from "../../../lib/provider-http/account.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../../storage/read/list.ts";
import { rowSchema } from "../../../storage/table/collection.ts";
import { Vault } from "../../../storage/vault/vault.ts";
import { DefaultRecord } from "../../../storage/write/default-record.ts";
import { Records } from "../../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../../storage/write/transaction.ts";
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

type PublicAccount = Omit<SignatureAccountRecord, "sealed">;
const presentAccount = ({ sealed: _sealed, ...account }: SignatureAccountRecord): PublicAccount => account;

const IdInput = z.strictObject({ id: text(64) });
const Query = listSchema(SignatureAccounts, { provider: oneOf(providerNames).optional() });

export const list = fn(Query, (input) => listRecords(SignatureAccounts, buildListQuery(SignatureAccounts, input)));

export const get = fn(IdInput, async ({ id }) => presentAccount(await Records.read(SignatureAccounts, id)));

export const Create = z.strictObject({ ...fields, ...secretFields });

export const create = fn(
  Create,
  async (input) => {
    requireProviderFields(input, input);
    const stated = { ...toStoredFields(fields, input), secret_changed_at: Clock.now(), sealed: null };
    const born = Records.init(SignatureAccounts, stated);
    const sealed = await Vault.seal(born.id, null, pickSecrets(secrets, input));
    const account = { ...born, sealed };
    return retryOnConflict(async () => {
      const tx = transaction().create(SignatureAccounts, account);
      await defaultAccount.applyChange(tx, undefined, account);
      return tx.commit(presentAccount(account));
    });
  },
  async (read) => requireProviderFields(read, read),
);

export const Update = patchSchema(fields).extend({ ...secretFields, ...IdInput.shape });

/** Updates an account. A key that is left out stays. Provider and environment cannot change, because existing envelopes belong to them. */
export const update = fn(Update, ({ id, ...patch }) =>
  Records.change(
    SignatureAccounts,
    id,
    async (current, tx) => {
      const { private_key, api_key, ...rest } = patch;
      const next = { ...current, ...toStoredPatch(fields, rest) };
      const given = pickSecrets(secrets, { private_key, api_key });
      const details = findImmutableChanges(current, next, ["provider", "environment"]);
      if (details.length > 0) throw invalidAll(details);
      requireProviderFields(next, { private_key, api_key }, true);
      await defaultAccount.applyChange(tx, current, next);
      if (Object.keys(given).length === 0) return next;
      // Sealed again even if the key is the same: an unchanged record would reveal that a guessed key was right.
      const sealed = await Vault.seal(id, current.sealed, given, { fresh: true });
      return { ...next, sealed, secret_changed_at: Clock.now() };
    },
    { answer: presentAccount },
  ),
);

/** Deletes an account together with its key. */
export const remove = fn(IdInput, ({ id }) =>
  Records.change(
    SignatureAccounts,
    id,
    async (current, tx) => {
      const next = { ...current, is_default: false, sealed: null, deleted_at: Clock.now() };
      await defaultAccount.applyChange(tx, current, next);
      return next;
    },
    { answer: presentAccount },
  ),
);

export { AccountCheck } from "../../../lib/provider-http/provider-client.ts";

/** Calls the provider with the stored credentials and returns the problems. */
export const check = fn(IdInput, async ({ id }) => (await providerFor(await Records.read(SignatureAccounts, id))).check());

/** Loads the adapter of an account without a permission check, for the signing code. */
export async function loadProvider(account_id: string): Promise<SignatureProvider> {
  const account = await Records.load(SignatureAccounts, account_id, { live: true });
  if (!account) throw ruleViolation("The account with the signature provider is deleted");
  return providerFor(account);
}

/** The default account of each provider, used if a request names only the provider. */
export const defaultAccount = new DefaultRecord(SignatureAccounts, {
  keyPart: "SIGNATUREDEFAULT",
  group: ({ provider }) => provider,
  noun: "account",
});

/** Returns the id of the named account, or of the provider's default. Throws if there is none or it belongs to another provider. */
export async function accountFor(provider: ProviderName, account_id?: string | null): Promise<string> {
  const id = account_id ?? (await defaultAccount.findId(provider));
  const account = id === undefined ? undefined : await Records.load(SignatureAccounts, id, { live: true });
  if (!account)
    throw ruleViolation(
      account_id
        ? "No such account with the signature provider"
        : "The provider has no default account: an administrator adds one",
      [{ field: account_id ? "account_id" : "provider", message: account_id ? "No such record" : "No default account" }],
    );
  if (account.provider !== provider)
    throw ruleViolation("The account is with another provider", [
      { field: "account_id", message: `It is with ${account.provider}` },
    ]);
  return account.id;
}

async function providerFor(account: SignatureAccountRecord): Promise<SignatureProvider> {
  const { web, origin } = usePorts();
  const { id, version, provider, environment, account_id, integration_key, user_id } = account;
  const { private_key, api_key } = await Vault.open(id, account.sealed, secrets);
  if (provider === "dropbox_sign") {
    if (!api_key) throw ruleViolation("The account has no key");
    return (await import("./dropbox-sign.ts")).dropboxSign(web, { environment, api_key });
  }
  if (!private_key || !integration_key || !user_id) throw ruleViolation("The account has no key");
  const key = `${useTenant()} ${id} ${version}`;
  return (await import("./docusign.ts")).docusign(web, {
    ...{ key, environment, account_id, integration_key, user_id, private_key },
    redirect_uri: `${origin}/`,
  });
}

type Secrets = { [S in (typeof secrets)[number]]?: string | undefined };

const providerNeeds = {
  docusign: { fields: ["integration_key", "user_id"], secret: "private_key", foreignFields: ["api_key"] },
  dropbox_sign: { fields: [], secret: "api_key", foreignFields: ["private_key", "account_id", "integration_key", "user_id"] },
} as const satisfies Record<ProviderName, AccountRequirements>;

/** Throws unless the account has the fields of its provider and none of the other. */
function requireProviderFields(account: Partial<Record<keyof typeof fields, unknown>>, given: Secrets, isKept = false): void {
  const needed = providerNeeds[account.provider as ProviderName];
  if (!needed) return;
  const details = validateAccount(needed, account, given, isKept);
  if (given.private_key !== undefined && !isRsa(given.private_key))
    details.push({ field: "private_key", message: "Not a private RSA key of at least 2048 bits in PEM" });
  if (details.length > 0) throw invalidAll(details);
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
