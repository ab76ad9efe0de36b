import { usePorts } from "../../kernel/context.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { MailProvider } from "../../kernel/mail-provider.ts";
import { oneOf } from "../../kernel/schema.ts";
import type { AccountRequirements } from "../../platform/provider-account/provider-account.rules.ts";
import { createAccountVerbs } from "../../platform/provider-account/provider-account.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { DefaultRecord } from "../../storage/write/default-record.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
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
export { AccountCheck } from "../../lib/provider-http/provider-client.ts";

const DEFAULT_GROUP = "account";
const defaultAccount = new DefaultRecord(MailAccounts, { keyPart: "MAILDEFAULT", group: () => DEFAULT_GROUP, noun: "account" });

/** Returns the default account, for mails that name none; undefined if there is none. */
export const findDefaultId = (): Promise<string | undefined> => defaultAccount.findId(DEFAULT_GROUP);

/** Loads an account, without a check of rights: for sending. */
export const find = (id: string): Promise<MailAccountRecord | undefined> => Records.load(MailAccounts, id, { live: true });

export const list = fn(listSchema(MailAccounts, { way: oneOf(mailTransports).optional() }), (input) =>
  listRecords(MailAccounts, buildListQuery(MailAccounts, input)),
);

export const { create, get, update, remove, check } = createAccountVerbs({
  ...{ collection: MailAccounts, fields, secretFields, defaultAccount, createProvider },
  providerField: "way",
  requirements: {
    house: { fields: [], foreignFields: ["host", "port", "user", "password"] },
    smtp: { fields: ["host", "port", "user"], secret: "password", foreignFields: [] },
  } satisfies Record<(typeof mailTransports)[number], AccountRequirements>,
  findProblems(values) {
    const { host, port } = values;
    const problem = typeof host === "string" && typeof port === "number" ? findServerProblem(host, port) : undefined;
    return [
      ...validateInboundRule(values as Parameters<typeof validateInboundRule>[0]),
      ...(problem === undefined ? [] : [{ field: "host", message: problem }]),
    ];
  },
  async beforeWrite(tx, before, after, { password }) {
    // Otherwise a caller who does not know the password could send it to another server.
    if (before && password === undefined && (after.host !== before.host || after.port !== before.port))
      throw invalid("password", "Required if the host or port changes");
    await updateInboundAddress(tx, before, after);
  },
});

/** Assigns the inbound address of an account to it, so that mails to the address reach exactly this account. */
async function updateInboundAddress(
  tx: Transaction,
  before: MailAccountRecord | undefined,
  after: MailAccountRecord,
): Promise<void> {
  const { slug } = await Tenant.get({});
  const parseAccountName = (account: MailAccountRecord | undefined): string | undefined =>
    account && !account.deleted_at ? InboundAddress.parseName(account.address, slug) : undefined;
  InboundAddress.applyChange(tx, after.id, parseAccountName(before), parseAccountName(after));
}

/** Loads the accounts that are not deleted. */
export const loadLive = (ids: readonly string[]): Promise<(MailAccountRecord | undefined)[]> =>
  Records.loadMany(MailAccounts, ids, { live: true });

/** Returns the adapter of an account, without a check of rights: for sending. */
export async function createProvider({ id, way, host, port, user, sealed }: MailAccountRecord): Promise<MailProvider> {
  const { mailer } = usePorts();
  if (way === "house") return mailer.providerFor();
  const { password } = await Vault.open(id, sealed, secrets);
  if (!host || !port || !user || !password) throw ruleViolation("The SMTP settings of the account are incomplete");
  return mailer.providerFor({ host, port, user, password });
}

/** Returns the From of mails. An account of type `house` can only use the deployment's own address. */
export const formatSender = ({ way, from_name, address }: Pick<MailAccountRecord, "way" | "from_name" | "address">): string => {
  const senderAddress = way === "house" ? usePorts().mailer.systemAddress : address;
  return from_name ? `"${from_name.replaceAll(/["\\]/g, "")}" <${senderAddress.replace(/^.*<|>$/g, "")}>` : senderAddress;
};

export * as MailAccount from "./mail-account.ts";
