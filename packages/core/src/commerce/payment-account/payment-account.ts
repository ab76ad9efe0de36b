import { Clock } from "../../kernel/clock.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { conflict, type Failure as F, Failure, invalid, rateLimited, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, oneOf } from "../../kernel/schema.ts";
import { type ProviderFault, SETTLE_SECONDS } from "../../lib/provider-http/fault.ts";
import { INBOUND_WEBHOOK } from "../../messaging/inbound-webhook/inbound-webhook.kind.ts";
import { createAccountVerbs } from "../../platform/provider-account/provider-account.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { type BaseRecord, rowSchema } from "../../storage/table/collection.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { DefaultRecord } from "../../storage/write/default-record.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { createStripe, type StripeApi } from "../stripe/stripe.ts";
import {
  fields,
  type PaymentAccountRecord,
  PaymentAccounts,
  paymentProviders,
  Stored,
  secretFields,
  secrets,
} from "./payment-account.entity.ts";

/** Accounts with payment providers. Their keys are sealed when they are written, and opened only to call the provider. */

export const Info = Stored.omit({ sealed: true, reconciliation_progress: true });
export const Row = rowSchema(Info, PaymentAccounts.definition.row);

const Query = listSchema(PaymentAccounts, { provider: oneOf(paymentProviders).optional() });

export const list = fn(Query, (input) => listRecords(PaymentAccounts, buildListQuery(PaymentAccounts, input)));

export { AccountCheck } from "../../lib/provider-http/provider-client.ts";

/** The default account of each provider. */
const defaultAccount = new DefaultRecord(PaymentAccounts, {
  keyPart: "PAYMENTDEFAULT",
  group: ({ provider }) => provider,
  noun: "account",
});

const DAY_SECONDS = 24 * 60 * 60;

export const { create, get, update, remove, check } = createAccountVerbs({
  ...{ collection: PaymentAccounts, fields, secretFields, defaultAccount, createProvider },
  providerField: "provider",
  immutableFields: ["mode"],
  requirements: { stripe: { fields: [], secret: "api_key", foreignFields: [] } },
  buildInitialState: () => ({
    reconcile_at: Clock.addSeconds(DAY_SECONDS),
    reconciled_until: null,
    reconciliation_problem: null,
    checked_count: 0,
    posted_count: 0,
    difference_count: 0,
    differences: [],
    reconciliation_progress: null,
  }),
  findProblems: ({ mode }, { api_key }) =>
    api_key === undefined || api_key.startsWith(`rk_${String(mode)}_`)
      ? []
      : [{ field: "api_key", message: `Must be a key of the account's mode: rk_${String(mode)}_…` }],
  beforeWrite: assignWebhook,
});

/** Compares the account with its provider now instead of at its next time. */
export const reconcile = fn(IdInput, ({ id }) =>
  Records.change(PaymentAccounts, id, (current) => ({ ...current, reconcile_at: Clock.now(), reconciliation_problem: null }), {
    answer: ({ sealed: _sealed, ...account }) => account,
  }),
);

/** The item that finds the account of a webhook. */
const webhookKey = (webhook_id: string): Key => ({ pk: tenantKey(useTenant(), "PAYMENTHOOK", webhook_id), sk: "account" });

/** Reserves the webhook for the account. A webhook belongs to one account. */
async function assignWebhook(
  tx: Transaction,
  before: PaymentAccountRecord | undefined,
  after: PaymentAccountRecord,
): Promise<void> {
  const former = before?.webhook_id ?? null;
  const next = after.deleted_at ? null : after.webhook_id;
  if (former === next) return;
  if (former !== null) tx.delete(webhookKey(former));
  if (next === null) return;
  const webhook = (await Records.findVisible(INBOUND_WEBHOOK, next)) as (BaseRecord & { provider: string }) | undefined;
  if (webhook && webhook.provider !== after.provider)
    throw invalid("webhook_id", `The webhook is for ${webhook.provider}: choose one for ${after.provider}`);
  tx.put(
    { ...webhookKey(next), account_id: after.id },
    {
      condition: "attribute_not_exists(pk)",
      rejection: () =>
        conflict("Another payment account has this webhook", [{ field: "webhook_id", message: "Must be of one account" }]),
    },
  );
}

/** Returns the account of a webhook: the one that names it, or else the provider's default. */
export async function findByWebhook(webhook_id: string): Promise<PaymentAccountRecord | undefined> {
  const item = await readItem(webhookKey(webhook_id));
  const accountId = item ? String(item.account_id) : await defaultAccount.findId("stripe");
  return accountId === undefined ? undefined : Records.load(PaymentAccounts, accountId, { live: true });
}

/** Returns the account that a request names, or else the default account. */
export async function requireAccount(accountId: string | undefined): Promise<PaymentAccountRecord> {
  const id = accountId ?? (await defaultAccount.findId("stripe"));
  const account = id === undefined ? undefined : await Records.load(PaymentAccounts, id, { live: true });
  if (account) return account;
  throw ruleViolation(
    accountId ? "No such payment account" : "There is no default payment account: an administrator must add one",
    [{ field: "payment_account_id", message: accountId ? "No such record" : "No default account" }],
  );
}

/** Returns the adapter of an account, without a permission check. */
export async function createProvider({ id, mode, api_version, sealed }: PaymentAccountRecord): Promise<StripeApi> {
  const { api_key } = await Vault.open(id, sealed, secrets);
  if (!api_key) throw ruleViolation("The payment account has no API key");
  return createStripe(usePorts().web, { mode, api_version, api_key });
}

/** Converts a fault to the error that our caller gets. */
export function toFailure({ kind, retryAfter, message }: ProviderFault): F {
  if (kind === "rate_limited")
    return rateLimited(retryAfter ?? 60, "The payment provider limits the rate of requests: try again later");
  if (kind === "unreachable" || kind === "not_ready")
    return new Failure("CONFLICT", "The payment provider did not answer: send the request again", {
      retryAfter: retryAfter ?? SETTLE_SECONDS,
    });
  return ruleViolation(`The payment provider refused the request: ${message}`);
}

export * as PaymentAccount from "./payment-account.ts";
