import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { id as idOf, oneOf, patchSchema, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { type AccountRequirements, findImmutableChanges, pickSecrets, validateAccount } from "../../lib/provider-http/account.ts";
import { AccountCheck } from "../../lib/provider-http/provider-client.ts";
import { Master } from "../../platform/master-data/master.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { type BaseRecord, rowSchema } from "../../storage/table/collection.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { Records } from "../../storage/write/records.ts";
import { requireUnreferenced } from "../../storage/write/references.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { type SmsProvider, type SmsProviderName, smsProviders } from "../channel-provider/sms-provider.ts";
import { INBOUND_WEBHOOK } from "../inbound-webhook/inbound-webhook.kind.ts";
import {
  fields,
  type ServiceAccountRecord,
  SmsServiceAccounts,
  Stored,
  secretFields,
  secrets,
} from "./service-account.entity.ts";
import { SMS_NUMBER, SMS_SENDER, SMS_SERVICE_ACCOUNT } from "./sms-account.kind.ts";

/** Accounts with text message providers. Keys are stored encrypted, and decrypted only for a request to the provider. */

export const Info = Stored.omit({ sealed: true });
export const Row = rowSchema(Info, SmsServiceAccounts.definition.row);

type PublicAccount = Omit<ServiceAccountRecord, "sealed">;
const presentAccount = ({ sealed: _sealed, ...account }: ServiceAccountRecord): PublicAccount => account;

const IdInput = z.strictObject({ id: text(64) });
const Query = listSchema(SmsServiceAccounts, {
  sender: idOf(SMS_SENDER).optional(),
  provider: oneOf(smsProviders).optional(),
});

export const list = fn(Query, (input) => listRecords(SmsServiceAccounts, buildListQuery(SmsServiceAccounts, input)));

export const get = fn(IdInput, async ({ id }) => presentAccount(await Records.read(SmsServiceAccounts, id)));

export const Create = z.strictObject({ ...fields, ...secretFields });

export const create = fn(
  Create,
  async (input) => {
    requireProviderFields(input, input, false);
    const stated = await validateReferences({ ...toStoredFields(fields, input), secret_changed_at: Clock.now(), sealed: null });
    const born = Records.init(SmsServiceAccounts, stated);
    const account = { ...born, sealed: await Vault.seal(born.id, null, pickSecrets(secrets, input)) };
    return transaction().create(SmsServiceAccounts, account).commit(presentAccount(account));
  },
  async (read) => requireProviderFields(read, read, false),
);

export const Update = patchSchema(fields).extend({ ...secretFields, ...IdInput.shape });

/** Changes an account. An omitted key stays. Sender and provider cannot change, because messages were sent with them. */
export const update = fn(Update, ({ id, auth_token, api_key, ...patch }) =>
  Records.change(
    SmsServiceAccounts,
    id,
    async (current) => {
      const given = { auth_token, api_key };
      const next = { ...current, ...toStoredPatch(fields, patch) };
      const details = findImmutableChanges(current, next, ["provider", "sender_id"]);
      if (details.length > 0) throw invalidAll(details);
      requireProviderFields(next, given, true);
      await validateReferences(next, current);
      const written = pickSecrets(secrets, given);
      if (Object.keys(written).length === 0) return next;
      // Encrypted anew even if it is the same, so that an unchanged value does not confirm a guess.
      const sealed = await Vault.seal(id, current.sealed, written, { fresh: true });
      return { ...next, sealed, secret_changed_at: Clock.now() };
    },
    { answer: presentAccount },
  ),
);

/** Deletes an account and its key. */
export const remove = fn(IdInput, ({ id }) =>
  Records.change(
    SmsServiceAccounts,
    id,
    async (current) => {
      await requireUnreferenced(SMS_SERVICE_ACCOUNT, [id], [SMS_NUMBER]);
      return { ...current, sealed: null, deleted_at: Clock.now() };
    },
    { answer: presentAccount },
  ),
);

export { AccountCheck };

/** Checks the account by a request to its provider. */
export const check = fn(
  IdInput,
  async ({ id }): Promise<AccountCheck> => (await createProvider(await Records.read(SmsServiceAccounts, id))).check(),
);

/** Returns the adapter of an account, without a check of rights: for sending. */
export async function createProvider({ id, provider, account_sid, sealed }: ServiceAccountRecord): Promise<SmsProvider> {
  const { web } = usePorts();
  const { auth_token, api_key } = await Vault.open(id, sealed, secrets);
  if (provider === "telnyx") {
    if (!api_key) throw ruleViolation("The account has no key");
    return (await import("../channel-provider/telnyx.ts")).createTelnyx(web, { api_key });
  }
  if (!auth_token || !account_sid) throw ruleViolation("The account has no key");
  return (await import("../channel-provider/twilio.ts")).createTwilio(web, { account_sid, auth_token });
}

const requirements = {
  twilio: { fields: ["account_sid"], secret: "auth_token", foreignFields: ["api_key"] },
  telnyx: { fields: [], secret: "api_key", foreignFields: ["account_sid", "auth_token"] },
} as const satisfies Record<SmsProviderName, AccountRequirements>;

type Secrets = { [S in (typeof secrets)[number]]?: string | undefined };

/** Requires the fields of the account's provider, and refuses those of other providers. */
function requireProviderFields(stated: { [F in keyof typeof fields]?: unknown }, given: Secrets, isKept: boolean): void {
  const needed = requirements[stated.provider as SmsProviderName];
  const details = needed ? validateAccount(needed, stated, pickSecrets(secrets, given), isKept) : [];
  if (details.length > 0) throw invalidAll(details);
}

/** Requires that sender and webhook exist, and that the webhook is of the same provider. */
async function validateReferences<A extends Pick<ServiceAccountRecord, keyof typeof fields>>(
  account: A,
  before?: ServiceAccountRecord,
): Promise<A> {
  await Master.resolveAll(fields, account, before);
  const { webhook_id, provider } = account;
  if (webhook_id && webhook_id !== before?.webhook_id) {
    const webhook = (await Records.findVisible(INBOUND_WEBHOOK, webhook_id)) as (BaseRecord & { provider: string }) | undefined;
    if (webhook && webhook.provider !== provider)
      throw invalid("webhook_id", `It is a ${INBOUND_WEBHOOK.name} of ${webhook.provider}`);
  }
  return account;
}

export * as SmsServiceAccount from "./service-account.ts";
