import * as z from "zod";
import { id, instant, name, oneLine, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { INBOUND_WEBHOOK } from "../../messaging/inbound-webhook/inbound-webhook.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Sealed } from "../../storage/vault/vault.ts";
import { DEFAULT_API_VERSION } from "../stripe/stripe.rules.ts";
import { PAYMENT_ACCOUNT } from "./payment-account.kind.ts";

export const paymentProviders = ["stripe"] as const;
export const modes = ["test", "live"] as const;

/** Fields that a caller writes and reads. */
export const fields = {
  provider: oneOf(paymentProviders).default("stripe").describe("Cannot be changed"),
  name: name(100).default("Stripe"),
  mode: oneOf(modes).describe("Events and keys of the other mode are not accepted. Cannot be changed"),
  api_version: oneLine(40)
    .regex(/^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/, `Must be a version of Stripe's API, such as ${DEFAULT_API_VERSION}`)
    .default(DEFAULT_API_VERSION)
    .describe("The version of Stripe's API that every request names"),
  external_account: oneLine(64)
    .regex(/^acct_[A-Za-z0-9]+$/, "Must be the id of an account at Stripe: acct_ and letters and digits")
    .nullish()
    .describe("The account at Stripe. Events of Connect that name another account are set aside"),
  webhook_id: id(INBOUND_WEBHOOK)
    .nullish()
    .describe("The webhook that receives the events of the account. A webhook without an account belongs to the default account"),
  is_default: z.boolean().default(false).describe("Used for payment links if a request names no account"),
};

/** Fields that a caller writes and that the API never returns. */
export const secretFields = {
  api_key: z
    .string()
    .trim()
    .regex(/^rk_(test|live)_[A-Za-z0-9]{8,240}$/, "Must be a restricted API key of Stripe: rk_test_… or rk_live_…")
    .optional()
    .describe(
      "Restricted key that reads charges, refunds and disputes and writes payment links. Stored encrypted, never returned",
    )
    .meta({ writeOnly: true }),
};
export const secrets = ["api_key"] as const satisfies readonly (keyof typeof secretFields)[];

/** Lists that the reconciliation walks, in this order. */
export const reconciledLists = ["charges", "refunds", "disputes"] as const;

export const Difference = z
  .object({
    object_id: z.string().describe("The provider's id of the charge, refund or dispute"),
    order_id: z.string().nullable(),
    field: z
      .string()
      .describe("The field that differs: order, charge, amount or currency. order or charge without a record: it does not exist"),
    recorded: z.string().nullable(),
    reported: z.string().nullable(),
  })
  .meta({ id: "PaymentDifference" });
export type Difference = z.output<typeof Difference>;

/** Where a reconciliation continues. */
const Progress = z.object({
  list: oneOf(reconciledLists),
  /** The last object of the list that was processed. */
  after: z.string().nullable(),
  since: instant(),
  until: instant(),
});

export const Stored = z.object({
  ...toStoredShape(fields),
  secret_changed_at: instant().describe("When the key was last written"),
  reconcile_at: instant().nullable().describe("When the account is compared with the provider next"),
  reconciled_until: instant().nullable().describe("Everything before was compared with the provider"),
  reconciliation_problem: z.string().nullable().describe("Why the last comparison stopped"),
  checked_count: z.number().int().describe("Objects of the last comparison, as are the following"),
  posted_count: z.number().int().describe("Objects that no event had told"),
  difference_count: z.number().int(),
  differences: z.array(Difference).describe("The first 50"),
  reconciliation_progress: Progress.nullable(),
  sealed: Sealed.nullable(),
});

export type PaymentAccountRecord = z.output<typeof Stored> & BaseRecord;

export const PaymentAccounts = new Collection<PaymentAccountRecord>({
  kind: PAYMENT_ACCOUNT,
  schema: Stored,
  personalData: {
    purpose: "Connect the tenant's account with a payment provider.",
    sharedFields: { sealed: "credential" },
    sealedValues: { "*": "credential" },
  },
  row: [
    "provider",
    "name",
    "mode",
    "is_default",
    "webhook_id",
    "external_account",
    "reconciled_until",
    "reconciliation_problem",
    "difference_count",
  ],
  indexes: { by_time: indexBy(), by_class: indexBy("provider") },
  filters: { provider: { index: "by_class", field: "provider" } },
  searchWords: ({ name: accountName }) => textSearchWords(accountName),
  clocks: { reconciliation: ({ reconcile_at }) => reconcile_at },
  internal: ["reconciliation_progress"],
  sealed: "sealed",
});
