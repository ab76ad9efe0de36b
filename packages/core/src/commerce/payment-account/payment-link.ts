import { usePorts } from "../../kernel/context.ts";
import { requestTime } from "../../kernel/day.ts";
import { conflict, ruleViolation } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { fn } from "../../kernel/fn.ts";
import { Money } from "../../kernel/money.ts";
import { IdInput, id } from "../../kernel/schema.ts";
import { isFault } from "../../lib/provider-http/fault.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { type OrderRecord, Orders } from "../order/order.entity.ts";
import { type PaymentAccountRecord, PaymentAccounts } from "./payment-account.entity.ts";
import { PAYMENT_ACCOUNT } from "./payment-account.kind.ts";
import { PaymentAccount } from "./payment-account.ts";

/**
 * Payment links: pages of the provider on which a customer pays the balance of an order. A link is for the balance at which it was made. When the balance
 * changes, the link expires in the same write, and a listener deactivates it at the provider.
 */

type PaymentLink = NonNullable<OrderRecord["payment_link"]>;

/** Makes a payment link for the balance. While the balance stays the same, the same link is returned. */
export const create = fn(
  IdInput.extend({
    payment_account_id: id(PAYMENT_ACCOUNT).optional().describe("If empty, the default payment account"),
  }),
  async ({ id: orderId, payment_account_id }): Promise<OrderRecord> => {
    const order = await Records.read(Orders, orderId);
    if (isCurrent(order)) return order;
    requirePayable(order);
    const account = await PaymentAccount.requireAccount(payment_account_id);
    if (order.payment_link) await deactivateAtProvider(order.payment_link);
    const link = await createAtProvider(account, order);
    const written = await Records.change(Orders, orderId, (current) =>
      isCurrent(current) || current.balance !== order.balance
        ? current
        : { ...current, payment_link: link, payment_link_count: current.payment_link_count + 1 },
    );
    if (isCurrent(written)) return written;
    await deactivateAtProvider(link);
    throw conflict("The balance changed while the link was made: request a link again", [
      { field: "balance", message: `Changed from ${order.balance} to ${written.balance}` },
    ]);
  },
);

const isCurrent = ({ payment_link }: OrderRecord): boolean => payment_link?.status === "ACTIVE";

function requirePayable({ status, balance }: OrderRecord): void {
  if (status === "DRAFT")
    throw conflict("The order is a draft: confirm it before it is paid", [{ field: "status", message: status }]);
  if (Money.compare(balance, 0) <= 0)
    throw ruleViolation("The order has nothing to pay", [
      { field: "balance", message: `Must be above 0; the balance is ${balance}` },
    ]);
}

async function createAtProvider(
  account: PaymentAccountRecord,
  { id: order_id, order_number, balance, currency, payment_link_count }: OrderRecord,
): Promise<PaymentLink> {
  const api = await PaymentAccount.createProvider(account);
  // Two requests at once, or one that is sent again, get the same link. Each stored link changes the key.
  const idempotencyKey = `order-link-${order_id}-${payment_link_count + 1}-${account.id}-${balance}`;
  try {
    const { id: external_id, url } = await api.createPaymentLink(
      { order_id, order_number, amount: balance, currency },
      idempotencyKey,
    );
    return { url, amount: balance, status: "ACTIVE", payment_account_id: account.id, external_id, created_at: requestTime() };
  } catch (error) {
    throw isFault(error) ? PaymentAccount.toFailure(error) : error;
  }
}

/** Deactivates a link at its provider. A link that the provider no longer knows is inactive. */
async function deactivateAtProvider({ payment_account_id, external_id }: PaymentLink): Promise<void> {
  const account = await Records.load(PaymentAccounts, payment_account_id, { live: true });
  if (!account) {
    // Without the key nothing can be done: the link is paid once at most, and the payment is recorded.
    usePorts().log.write("warn", "A payment link of a deleted account stays active", { link: external_id });
    return;
  }
  try {
    await (await PaymentAccount.createProvider(account)).deactivatePaymentLink(external_id);
  } catch (error) {
    if (!isFault(error)) throw error;
    if (!isFault(error, "gone", "refused")) throw PaymentAccount.toFailure(error);
  }
}

/** Listener for `order.payment_link_expired`. A repeated or late call is safe. */
export async function onLinkExpired({ record_id }: DomainEvent): Promise<void> {
  const order = await Records.load(Orders, record_id);
  const link = order?.payment_link;
  if (link?.status !== "EXPIRED") return;
  await deactivateAtProvider(link);
  await retryOnConflict(async () => {
    const current = await Records.load(Orders, record_id);
    if (current?.payment_link?.status !== "EXPIRED" || current.payment_link.external_id !== link.external_id) return;
    const next = Records.nextVersion(current, { ...current, payment_link: null });
    await transaction().replace(Orders, current, next).commit(undefined);
  });
}

export * as PaymentLinks from "./payment-link.ts";
