import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { MailProvider } from "../../kernel/mail-provider.ts";
import { oneOf, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { type AccountRequirements, findImmutableChanges, pickSecrets, validateAccount } from "../../lib/provider-http/account.ts";
import { AccountCheck } from "../../lib/provider-http/provider-client.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { DefaultRecord } from "../../storage/write/default-record.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { validateInboundRule } from "../channel-provider/inbound-routing.rules.ts";
import { findServerProblem } from "../channel-provider/smtp.rules.ts";
import { InboundAddress } from "../inbound-mail/address.ts";
import {
  fields,
  type MailAccountRecord,
  MailAccounts,
  mailTransports,
  Stored,
  secretFields,
  secrets,
} from "./mail-account.entity.ts";

/** Accounts for sending mails that are messages. Passwords are stored encrypted, and decrypted only for a request to the server. */

export const Info = Stored.omit({ sealed: true });
export const Row = rowSchema(Info, MailAccounts.definition.row);
export { AccountCheck };

type PublicAccount = Omit<MailAccountRecord, "sealed">;
const presentAccount = ({ sealed: _sealed, ...account }: MailAccountRecord): PublicAccount => account;

const IdInput = z.strictObject({ id: text(64) });

const DEFAULT_GROUP = "account";
const defaultAccount = new DefaultRecord(MailAccounts, { keyPart: "MAILDEFAULT", group: () => DEFAULT_GROUP, noun: "account" });

/** Returns the default account, for mails that name none; undefined if there is none. */
export const findDefaultId = (): Promise<string | undefined> => defaultAccount.findId(DEFAULT_GROUP);

export const list = fn(listSchema(MailAccounts, { way: oneOf(mailTransports).optional() }), (input) =>
  listRecords(MailAccounts, buildListQuery(MailAccounts, input)),
);

export const get = fn(IdInput, async ({ id }) => presentAccount(await Records.read(MailAccounts, id)));

export const Create = z.strictObject({ ...fields, ...secretFields });

export const create = fn(
  Create,
  async (input) => {
    requireTransportFields(input, input, false);
    const stated = await Master.resolveAll(fields, toStoredFields(fields, input));
    const born = Records.init(MailAccounts, { ...stated, secret_changed_at: Clock.now(), sealed: null });
    const account = { ...born, sealed: await Vault.seal(born.id, null, pickSecrets(secrets, input)) };
    return retryOnConflict(async () => {
      const tx = transaction().create(MailAccounts, account);
      await updateInboundAddress(tx, undefined, account);
      await defaultAccount.applyChange(tx, undefined, account);
      return tx.commit(presentAccount(account));
    });
  },
  async (read) => requireTransportFields(read, read, false),
);

/** Changes an account. An omitted password stays. */
export const update = fn(patchSchema(fields).extend({ ...secretFields, ...IdInput.shape }), ({ id, password, ...patch }) =>
  Records.change(
    MailAccounts,
    id,
    async (current, tx) => {
      const changed = { ...current, ...toStoredPatch(fields, patch) };
      const details = findImmutableChanges(current, changed, ["way"]);
      if (details.length > 0) throw invalidAll(details);
      requireTransportFields(changed, { password }, true);
      const next = await Master.resolveAll(fields, changed, current);
      // A caller who sends the password to another server must know it.
      if (password === undefined && (next.host !== current.host || next.port !== current.port))
        throw invalid("password", "Required with another server");
      await updateInboundAddress(tx, current, next);
      await defaultAccount.applyChange(tx, current, next);
      if (password === undefined) return next;
      const sealed = await Vault.seal(id, current.sealed, { password }, { fresh: true });
      return { ...next, sealed, secret_changed_at: Clock.now() };
    },
    { answer: presentAccount },
  ),
);

/** Deletes an account and its password. */
export const remove = fn(IdInput, ({ id }) =>
  Records.change(
    MailAccounts,
    id,
    async (current, tx) => {
      const next = { ...current, is_default: false, sealed: null, deleted_at: Clock.now() };
      await updateInboundAddress(tx, current, next);
      await defaultAccount.applyChange(tx, current, next);
      return next;
    },
    { answer: presentAccount },
  ),
);

/** Assigns the inbound address of an account to it, so that mails to the address reach exactly this account. */
async function updateInboundAddress(
  tx: Transaction,
  before: MailAccountRecord | undefined,
  after: MailAccountRecord,
): Promise<void> {
  const { slug } = await Tenant.get({});
  const nameOf = (account: MailAccountRecord | undefined): string | undefined =>
    account && !account.deleted_at ? InboundAddress.parseName(account.address, slug) : undefined;
  InboundAddress.applyChange(tx, after.id, nameOf(before), nameOf(after));
}

/** Checks the account by a request to its server. */
export const check = fn(
  IdInput,
  async ({ id }): Promise<z.output<typeof AccountCheck>> => (await createProvider(await Records.read(MailAccounts, id))).check(),
);

/** Returns the adapter of an account, without a check of rights: for sending. */
export async function createProvider({ id, way, host, port, user, sealed }: MailAccountRecord): Promise<MailProvider> {
  const { mailer } = usePorts();
  if (way === "house") return mailer.providerFor();
  const { password } = await Vault.open(id, sealed, secrets);
  if (!host || !port || !user || !password) throw ruleViolation("The account has no server");
  return mailer.providerFor({ host, port, user, password });
}

/** Returns the From of mails. An account of type `house` can only use the deployment's own address. */
export const formatSender = ({ way, from_name, address }: Pick<MailAccountRecord, "way" | "from_name" | "address">): string => {
  const own = way === "house" ? usePorts().mailer.systemAddress : address;
  return from_name ? `"${from_name.replaceAll(/["\\]/g, "")}" <${own.replace(/^.*<|>$/g, "")}>` : own;
};

const requirements = {
  house: { fields: [], secret: "", foreignFields: ["host", "port", "user", "password"] },
  smtp: { fields: ["host", "port", "user"], secret: "password", foreignFields: [] },
} as const satisfies Record<(typeof mailTransports)[number], AccountRequirements>;

type Secrets = { [S in (typeof secrets)[number]]?: string | undefined };

/** Requires the fields of the account's type, and refuses those of other types. */
function requireTransportFields(stated: { [F in keyof typeof fields]?: unknown }, given: Secrets, isKept: boolean): void {
  const way = stated.way as (typeof mailTransports)[number];
  const needed = requirements[way];
  if (!needed) return;
  const details = validateAccount(needed, stated, pickSecrets(secrets, given), isKept || way === "house");
  details.push(...validateInboundRule(stated as Parameters<typeof validateInboundRule>[0]));
  const { host, port } = stated;
  const wrong = typeof host === "string" && typeof port === "number" ? findServerProblem(host, port) : undefined;
  if (wrong !== undefined) details.push({ field: "host", message: wrong });
  if (details.length > 0) throw invalidAll(details);
}

export * as MailAccount from "./mail-account.ts";
