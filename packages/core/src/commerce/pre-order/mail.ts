import { useSettings, useTenant } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { matchLanguage } from "../../kernel/language.ts";
import { sanitizeName, stripLinks } from "../../kernel/mail-sanitizer.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { TransactionalMail } from "../../people/suppression/transactional-mail.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { withBrand } from "../../platform/tenant/branded-mail.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { normalizeAddress } from "../../scheduling/invitation/recipients.ts";
import { Records } from "../../storage/write/records.ts";
import { resolveBillingRecipient } from "../invoice/recipient.ts";
import { Orders } from "../order/order.entity.ts";
import { PreOrders } from "../order/pre-order.entity.ts";
import { translationsFor } from "./i18n.ts";
import { PreOrderNotices } from "./notices.rule-kind.ts";

/** The mail to the customer whose pre-order is ready. Its id is that of the pre-order, so the mail port sends it once. */

/** Maximum mails in an hour to one address, for each tenant: more than the pre-orders of an order. */
const MAX_MAILS_PER_HOUR = 60;

export const onReady = (event: DomainEvent): Promise<void> => Tenant.runWithSettings(() => sendMail(event));

async function sendMail({ record_id }: DomainEvent): Promise<void> {
  const item = await Records.load(PreOrders, record_id, { live: true });
  if (!item || (item.status !== "READY" && item.status !== "PROCESSED")) return;
  const { definition } = await loadActiveRule(PreOrderNotices);
  if (!definition.customer_mail) return;
  const order = await Records.load(Orders, item.order_id, { live: true });
  if (!order) return;
  const [tenant, recipient] = await Promise.all([Tenant.get({}), resolveBillingRecipient(order)]);
  if (tenant.status === "SUSPENDED" || typeof recipient === "string") return;
  const { language } = useSettings().letterhead;
  const tag = language && matchLanguage(language) ? language : "en";
  const words = translationsFor(tag);
  const placeholders = {
    from: sanitizeName(tenant.name) || order.order_number,
    number: order.order_number,
    name: stripLinks(item.name),
    quantity: item.quantity,
  };
  const fill = (line: string): string => fillPlaceholders(line, placeholders);
  const content = {
    id: `${item.id}.ready`,
    to: recipient.email,
    subject: fill(words.subject),
    text: `${[words.greeting, fill(words.ready), words.next].join("\n\n")}\n`,
  };
  await TransactionalMail.sendMail(withBrand(content, tenant, tag), [
    `pre-orders of ${useTenant()} to ${normalizeAddress(recipient.email)}`,
    MAX_MAILS_PER_HOUR,
  ]);
}
