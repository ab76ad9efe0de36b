import * as z from "zod";
import { InboundAddress } from "../../inbound-mail/address.ts";
import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { MailProvider } from "../../kernel/mailing.ts";
import { filled, oneOf, patched, patchOf, text } from "../../kernel/schema.ts";
import { Master } from "../../masters/master.ts";
import { type Needs, secretsIn, unmoved, wrongFor } from "../../provider/account.ts";
import { Check } from "../../provider/service.ts";
import { list as listRecords, listSchema, queryOf } from "../../storage/read/list.ts";
import { rowOf } from "../../storage/table/collection.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { Default } from "../../storage/write/default.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { wrongInRule } from "../inbound.rules.ts";
import { wrongWithServer } from "../provider/smtp.rules.ts";
import { fields, type MailAccountRecord, MailAccounts, mailWays, Stored, secretFields, secrets } from "./mail-account.entity.ts";

/** Accounts by which mails go out that are messages. Their passwords are sealed when they are written, and opened when a server is asked. */

export const Info = Stored.omit({ sealed: true });
export const Row = rowOf(Info, MailAccounts.definition.row);
export { Check };

type Shown = Omit<MailAccountRecord, "sealed">;
const shown = ({ sealed: _sealed, ...account }: MailAccountRecord): Shown => account;

const One = z.strictObject({ id: text(64) });

const GROUP = "account";
const defaultAccount = new Default(MailAccounts, { word: "MAILDEFAULT", group: () => GROUP, noun: "account" });

/** Which account is meant where a mail names none; undefined where none is. */
export const defaultId = (): Promise<string | undefined> => defaultAccount.of(GROUP);

export const list = fn(listSchema(MailAccounts, { way: oneOf(mailWays).optional() }), (input) =>
  listRecords(MailAccounts, queryOf(MailAccounts, input)),
);

export const get = fn(One, async ({ id }) => shown(await Records.read(MailAccounts, id)));

export const Create = z.strictObject({ ...fields, ...secretFields });

export const create = fn(
  Create,
  async (input) => {
    requireFitting(input, input, false);
    const stated = await Master.resolveAll(fields, filled(fields, input));
    const born = Records.born(MailAccounts, { ...stated, secret_changed_at: Clock.now(), sealed: null });
    const account = { ...born, sealed: await Vault.seal(born.id, null, secretsIn(secrets, input)) };
    return retryOnConflict(async () => {
      const tx = transaction().create(MailAccounts, account);
      await received(tx, undefined, account);
      await defaultAccount.follow(tx, undefined, account);
      return tx.commit(shown(account));
    });
  },
  async (read) => requireFitting(read, read, false),
);

/** A password that is left out stays. */
export const update = fn(patchOf(fields).extend({ ...secretFields, ...One.shape }), ({ id, password, ...patch }) =>
  Records.change(
    MailAccounts,
    id,
    async (current, tx) => {
      const changed = { ...current, ...patched(fields, patch) };
      const details = unmoved(current, changed, ["way"]);
      if (details.length > 0) throw invalidAll(details);
      requireFitting(changed, { password }, true);
      const next = await Master.resolveAll(fields, changed, current);
      // Who sends a password elsewhere must know it.
      if (password === undefined && (next.host !== current.host || next.port !== current.port))
        throw invalid("password", "Required with another server");
      await received(tx, current, next);
      await defaultAccount.follow(tx, current, next);
      if (password === undefined) return next;
      const sealed = await Vault.seal(id, current.sealed, { password }, { fresh: true });
      return { ...next, sealed, secret_changed_at: Clock.now() };
    },
    { answer: shown },
  ),
);

/** Its password goes with it. */
export const remove = fn(One, ({ id }) =>
  Records.change(
    MailAccounts,
    id,
    async (current, tx) => {
      const next = { ...current, is_default: false, sealed: null, deleted_at: Clock.now() };
      await received(tx, current, next);
      await defaultAccount.follow(tx, current, next);
      return next;
    },
    { answer: shown },
  ),
);

/** What comes in at an address of the tenant's own comes to the account that has it, and to one. */
async function received(tx: Transaction, before: MailAccountRecord | undefined, after: MailAccountRecord): Promise<void> {
  const { slug } = await Tenant.get({});
  const nameOf = (account: MailAccountRecord | undefined): string | undefined =>
    account && !account.deleted_at ? InboundAddress.nameIn(account.address, slug) : undefined;
  InboundAddress.follow(tx, after.id, nameOf(before), nameOf(after));
}

/** Asks the server, under the account as it is. */
export const check = fn(
  One,
  async ({ id }): Promise<z.output<typeof Check>> => (await providerOf(await Records.read(MailAccounts, id))).check(),
);

/** The adapter of an account, whoever asks: for what sends. */
export async function providerOf({ id, way, host, port, user, sealed }: MailAccountRecord): Promise<MailProvider> {
  const { mailer } = usePorts();
  if (way === "house") return mailer.through();
  const { password } = await Vault.open(id, sealed, secrets);
  if (!host || !port || !user || !password) throw ruleViolation("The account has no server");
  return mailer.through({ host, port, user, password });
}

/** Whom a mail is from: the deployment's own address is the only one that its account may name. */
export const fromOf = ({ way, from_name, address }: Pick<MailAccountRecord, "way" | "from_name" | "address">): string => {
  const own = way === "house" ? usePorts().mailer.house : address;
  return from_name ? `"${from_name.replaceAll(/["\\]/g, "")}" <${own.replace(/^.*<|>$/g, "")}>` : own;
};

const needs = {
  house: { fields: [], secret: "", not: ["host", "port", "user", "password"] },
  smtp: { fields: ["host", "port", "user"], secret: "password", not: [] },
} as const satisfies Record<(typeof mailWays)[number], Needs>;

type Secrets = { [S in (typeof secrets)[number]]?: string | undefined };

/** That it has what its way asks for, and nothing of another. */
function requireFitting(stated: { [F in keyof typeof fields]?: unknown }, given: Secrets, isKept: boolean): void {
  const way = stated.way as (typeof mailWays)[number];
  const needed = needs[way];
  if (!needed) return;
  const details = wrongFor(needed, stated, secretsIn(secrets, given), isKept || way === "house");
  details.push(...wrongInRule(stated as Parameters<typeof wrongInRule>[0]));
  const { host, port } = stated;
  const wrong = typeof host === "string" && typeof port === "number" ? wrongWithServer(host, port) : undefined;
  if (wrong !== undefined) details.push({ field: "host", message: wrong });
  if (details.length > 0) throw invalidAll(details);
}

export * as MailAccount from "./mail-account.ts";
