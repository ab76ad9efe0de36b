import { createPrivateKey } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { type Detail, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { filled, oneOf, patched, patchOf, text } from "../../kernel/schema.ts";
import { list as listRecords, listSchema, queryOf } from "../../storage/read/list.ts";
import { rowOf } from "../../storage/table/collection.ts";
import { get as getItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { nextVersion, Records } from "../../storage/write/records.ts";
import { Moved, retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { type ProviderName, providerNames, type SignatureProvider } from "./provider.ts";
import {
  fields,
  type SignatureAccountRecord,
  SignatureAccounts,
  Stored,
  secretFields,
  secrets,
} from "./signature-account.entity.ts";

/** Accounts with providers of signatures. Their keys are sealed when they are written, and opened when a provider is asked. */

export const Info = Stored.omit({ sealed: true });
export const Row = rowOf(Info, SignatureAccounts.definition.row);

type Shown = Omit<SignatureAccountRecord, "sealed">;
const shown = ({ sealed: _sealed, ...account }: SignatureAccountRecord): Shown => account;

const One = z.strictObject({ id: text(64) });
const Query = listSchema(SignatureAccounts, { provider: oneOf(providerNames).optional() });

export const list = fn(Query, (input) => listRecords(SignatureAccounts, queryOf(SignatureAccounts, input)));

export const get = fn(One, async ({ id }) => shown(await Records.read(SignatureAccounts, id)));

export const Create = z.strictObject({ ...fields, ...secretFields });

export const create = fn(
  Create,
  async (input) => {
    requireFitting(input, input);
    const stated = { ...filled(fields, input), secret_changed_at: Clock.now(), sealed: null };
    const born = Records.born(SignatureAccounts, stated);
    const sealed = await Vault.seal(born.id, null, secretsIn(input));
    const account = { ...born, sealed };
    return retryOnConflict(async () => {
      const tx = transaction().create(SignatureAccounts, account);
      if (account.is_default) await takeDefault(tx, account);
      return tx.commit(shown(account));
    });
  },
  async (read) => requireFitting(read, read),
);

export const Update = patchOf(fields).extend({ ...secretFields, ...One.shape });

/** A key that is left out stays. Which provider, and where, stays for good: envelopes are there. */
export const update = fn(Update, ({ id, ...patch }) =>
  Records.change(
    SignatureAccounts,
    id,
    async (current, tx) => {
      const { private_key, api_key, ...rest } = patch;
      const next = { ...current, ...patched(fields, rest) };
      const given = secretsIn({ private_key, api_key });
      const details: Detail[] = (["provider", "environment"] as const).flatMap((field) =>
        next[field] === current[field] ? [] : [{ field, message: "It stays: make another account" }],
      );
      if (details.length > 0) throw invalidAll(details);
      requireFitting(next, { private_key, api_key }, true);
      if (next.is_default && !current.is_default) await takeDefault(tx, next);
      if (!next.is_default && current.is_default) giveDefault(tx, next);
      if (Object.keys(given).length === 0) return next;
      // Sealed anew even if it is the same: that nothing changed tells nobody that they have guessed right.
      const sealed = await Vault.seal(id, current.sealed, given, { fresh: true });
      return { ...next, sealed, secret_changed_at: Clock.now() };
    },
    { answer: shown },
  ),
);

/** Its key goes with it. */
export const remove = fn(One, ({ id }) =>
  Records.change(
    SignatureAccounts,
    id,
    (current, tx) => {
      if (current.is_default) giveDefault(tx, current);
      return { ...current, is_default: false, sealed: null, deleted_at: Clock.now() };
    },
    { answer: shown },
  ),
);

export const Check = z.object({
  works: z.boolean(),
  account_name: z.string().nullable().describe("What the provider calls the account"),
  problems: z.array(
    z.object({
      code: z.string(),
      message: z.string(),
      url: z.string().optional().describe("Where a person can mend it, such as the page on which consent is given"),
    }),
  ),
});

/** Asks the provider, under the account as it is. */
export const check = fn(One, async ({ id }) => (await providerFor(await Records.read(SignatureAccounts, id))).check());

/** The adapter of an account, whoever asks: for what signs. */
export async function accountProviders(account_id: string): Promise<SignatureProvider> {
  const account = await Records.load(SignatureAccounts, account_id, { live: true });
  if (!account) throw ruleViolation("The account with the signature provider is deleted");
  return providerFor(account);
}

/** Which account is meant where a provider alone is named; undefined where none is the default. */
export async function defaultAccount(provider: ProviderName): Promise<string | undefined> {
  const held = await getItem(defaultKey(provider));
  return held && String(held.signature_account_id);
}

/** The account that a request names, or the default of the provider, as long as it can be used. */
export async function accountFor(provider: ProviderName, account_id?: string | null): Promise<string> {
  const id = account_id ?? (await defaultAccount(provider));
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

const secretsIn = (given: Secrets): Record<string, string> =>
  Object.fromEntries(secrets.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));

const needs = {
  docusign: { fields: ["integration_key", "user_id"], secret: "private_key", not: ["api_key"] },
  dropbox_sign: { fields: [], secret: "api_key", not: ["private_key", "account_id", "integration_key", "user_id"] },
} as const;

/** That it has what its provider asks for, and nothing of another. */
function requireFitting(account: Partial<Record<keyof typeof fields, unknown>>, given: Secrets, isKept = false): void {
  const needed = needs[account.provider as ProviderName];
  if (!needed) return;
  const all: Readonly<Record<string, unknown>> = { ...account, ...given };
  const details: Detail[] = [
    ...needed.fields.filter((field) => !all[field]).map((field) => ({ field, message: "Required" })),
    ...needed.not.filter((field) => all[field]).map((field) => ({ field, message: "Not of this provider" })),
  ];
  if (!isKept && given[needed.secret] === undefined) details.push({ field: needed.secret, message: "Required" });
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

const defaultKey = (provider: ProviderName): Key => ({
  pk: tenantKey(useTenant(), "SIGNATUREDEFAULT", provider),
  sk: "default",
});

const taken = (): Error => new Moved("Another account has become the default meanwhile");

/** Which is the default of a provider stands in an item of its own, written with the account that takes it and the one that loses it. */
async function takeDefault(tx: Transaction, { id, provider }: SignatureAccountRecord): Promise<void> {
  const key = defaultKey(provider);
  const holder = await defaultAccount(provider);
  tx.put(
    { ...key, signature_account_id: id },
    holder === undefined
      ? { condition: "attribute_not_exists(pk)", refused: taken }
      : { condition: "signature_account_id = :holder", values: { ":holder": holder }, refused: taken },
  );
  const other = holder === undefined || holder === id ? undefined : await Records.load(SignatureAccounts, holder);
  if (other) tx.replace(SignatureAccounts, other, nextVersion(other, { ...other, is_default: false }));
}

const giveDefault = (tx: Transaction, { id, provider }: SignatureAccountRecord): Transaction =>
  tx.delete(defaultKey(provider), {
    condition: "signature_account_id = :holder",
    values: { ":holder": id },
    refused: taken,
  });

export * as SignatureAccount from "./signature-account.ts";
