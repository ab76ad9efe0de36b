import * as z from "zod";
import { INBOUND_WEBHOOK } from "../../inbound-webhook/inbound-webhook.domain.ts";
import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { filled, id as idOf, oneOf, patched, patchOf, text } from "../../kernel/schema.ts";
import { Master } from "../../masters/master.ts";
import { type Needs, secretsIn, unmoved, wrongFor } from "../../provider/account.ts";
import { Check } from "../../provider/service.ts";
import { list as listRecords, listSchema, queryOf } from "../../storage/read/list.ts";
import { type BaseRecord, rowOf } from "../../storage/table/collection.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { Records } from "../../storage/write/records.ts";
import { requireUnnamed } from "../../storage/write/references.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { type SmsProvider, type SmsProviderName, smsProviders } from "../provider/sms-provider.ts";
import {
  fields,
  type ServiceAccountRecord,
  SmsServiceAccounts,
  Stored,
  secretFields,
  secrets,
} from "./service-account.entity.ts";
import { SMS_NUMBER, SMS_SENDER, SMS_SERVICE_ACCOUNT } from "./sms-account.domain.ts";

/** Accounts with providers of text messages (seed 000, table 24). Their keys are sealed when they are written, and opened when a provider is asked. */

export const Info = Stored.omit({ sealed: true });
export const Row = rowOf(Info, SmsServiceAccounts.definition.row);

type Shown = Omit<ServiceAccountRecord, "sealed">;
const shown = ({ sealed: _sealed, ...account }: ServiceAccountRecord): Shown => account;

const One = z.strictObject({ id: text(64) });
const Query = listSchema(SmsServiceAccounts, {
  sender: idOf(SMS_SENDER).optional(),
  provider: oneOf(smsProviders).optional(),
});

export const list = fn(Query, (input) => listRecords(SmsServiceAccounts, queryOf(SmsServiceAccounts, input)));

export const get = fn(One, async ({ id }) => shown(await Records.read(SmsServiceAccounts, id)));

export const Create = z.strictObject({ ...fields, ...secretFields });

export const create = fn(
  Create,
  async (input) => {
    requireFitting(input, input, false);
    const stated = await checked({ ...filled(fields, input), secret_changed_at: Clock.now(), sealed: null });
    const born = Records.born(SmsServiceAccounts, stated);
    const account = { ...born, sealed: await Vault.seal(born.id, null, secretsIn(secrets, input)) };
    return transaction().create(SmsServiceAccounts, account).commit(shown(account));
  },
  async (read) => requireFitting(read, read, false),
);

export const Update = patchOf(fields).extend({ ...secretFields, ...One.shape });

/** A key that is left out stays. In whose name, and with which provider, stays for good: messages went out so. */
export const update = fn(Update, ({ id, auth_token, api_key, ...patch }) =>
  Records.change(
    SmsServiceAccounts,
    id,
    async (current) => {
      const given = { auth_token, api_key };
      const next = { ...current, ...patched(fields, patch) };
      const details = unmoved(current, next, ["provider", "sender_id"]);
      if (details.length > 0) throw invalidAll(details);
      requireFitting(next, given, true);
      await checked(next, current);
      const written = secretsIn(secrets, given);
      if (Object.keys(written).length === 0) return next;
      // Sealed anew even if it is the same: that nothing changed tells nobody that they have guessed right.
      const sealed = await Vault.seal(id, current.sealed, written, { fresh: true });
      return { ...next, sealed, secret_changed_at: Clock.now() };
    },
    { answer: shown },
  ),
);

/** Its key goes with it. */
export const remove = fn(One, ({ id }) =>
  Records.change(
    SmsServiceAccounts,
    id,
    async (current) => {
      await requireUnnamed(SMS_SERVICE_ACCOUNT, [id], [SMS_NUMBER]);
      return { ...current, sealed: null, deleted_at: Clock.now() };
    },
    { answer: shown },
  ),
);

export { Check };

/** Asks the provider, under the account as it is. */
export const check = fn(
  One,
  async ({ id }): Promise<Check> => (await providerOf(await Records.read(SmsServiceAccounts, id))).check(),
);

/** The adapter of an account, whoever asks: for what sends. */
export async function providerOf({ id, provider, account_sid, sealed }: ServiceAccountRecord): Promise<SmsProvider> {
  const { web } = usePorts();
  const { auth_token, api_key } = await Vault.open(id, sealed, secrets);
  if (provider === "telnyx") {
    if (!api_key) throw ruleViolation("The account has no key");
    return (await import("../provider/telnyx.ts")).telnyx(web, { api_key });
  }
  if (!auth_token || !account_sid) throw ruleViolation("The account has no key");
  return (await import("../provider/twilio.ts")).twilio(web, { account_sid, auth_token });
}

const needs = {
  twilio: { fields: ["account_sid"], secret: "auth_token", not: ["api_key"] },
  telnyx: { fields: [], secret: "api_key", not: ["account_sid", "auth_token"] },
} as const satisfies Record<SmsProviderName, Needs>;

type Secrets = { [S in (typeof secrets)[number]]?: string | undefined };

/** That it has what its provider asks for, and nothing of another. */
function requireFitting(stated: { [F in keyof typeof fields]?: unknown }, given: Secrets, isKept: boolean): void {
  const needed = needs[stated.provider as SmsProviderName];
  const details = needed ? wrongFor(needed, stated, secretsIn(secrets, given), isKept) : [];
  if (details.length > 0) throw invalidAll(details);
}

/** Its sender and its webhook are there, and the webhook is of its provider. */
async function checked<A extends Pick<ServiceAccountRecord, keyof typeof fields>>(
  account: A,
  before?: ServiceAccountRecord,
): Promise<A> {
  await Master.resolveAll(fields, account, before);
  const { webhook_id, provider } = account;
  if (webhook_id && webhook_id !== before?.webhook_id) {
    const webhook = (await Records.shown(INBOUND_WEBHOOK, webhook_id)) as (BaseRecord & { provider: string }) | undefined;
    if (webhook && webhook.provider !== provider)
      throw invalid("webhook_id", `It is a ${INBOUND_WEBHOOK.name} of ${webhook.provider}`);
  }
  return account;
}

export * as SmsServiceAccount from "./service-account.ts";
