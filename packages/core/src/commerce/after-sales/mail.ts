import { useSettings, useTenant } from "../../kernel/context.ts";
import { sanitizeName, stripLinks } from "../../kernel/mail-sanitizer.ts";
import type { DomainEvent, MailMessage } from "../../kernel/ports.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { createLocaleFormat } from "../../lib/pdf/locale-format.ts";
import { TransactionalMail } from "../../people/suppression/transactional-mail.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { withBrand } from "../../platform/tenant/branded-mail.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { normalizeAddress } from "../../scheduling/invitation/recipients.ts";
import { Records } from "../../storage/write/records.ts";
import { resolveBillingRecipient } from "../invoice/recipient.ts";
import { AfterSalesCases, type CaseRecord } from "./after-sales.entity.ts";
import { AFTER_SALES_CASE } from "./after-sales.kind.ts";
import { AfterSalesRule } from "./after-sales.rule-kind.ts";
import { takesGoods } from "./after-sales.rules.ts";
import { type Translations, translationsFor } from "./i18n.ts";

/**
 * The mails to customers about the steps of a case. The mail id is the event id, so the mail port sends a mail once even if the event is delivered
 * again. A step that a later one has overtaken by the time its event arrives sends no mail.
 */

/** Maximum mails in an hour to one address, for each tenant. */
const MAX_MAILS_PER_HOUR = 20;

export const onStepTaken = (event: DomainEvent): Promise<void> => Tenant.runWithSettings(() => sendMail(event));

async function sendMail({ id, type, record_id }: DomainEvent): Promise<void> {
  const record = await Records.load(AfterSalesCases, record_id, { live: true });
  if (!record || type !== `${AFTER_SALES_CASE.name}.${record.status.toLowerCase()}`) return;
  const { definition } = await loadActiveRule(AfterSalesRule);
  if (!definition.sends_mails) return;
  const [tenant, recipient] = await Promise.all([Tenant.get({}), resolveBillingRecipient(record)]);
  if (tenant.status === "SUSPENDED" || typeof recipient === "string") return;
  const language = useSettings().letterhead.language ?? "en";
  const content = composeMail(record, tenant.name, language);
  if (!content) return;
  const message: MailMessage = withBrand({ id, to: recipient.email, ...content }, tenant, language);
  await TransactionalMail.sendMail(message, [
    `after-sales cases of ${useTenant()} to ${normalizeAddress(recipient.email)}`,
    MAX_MAILS_PER_HOUR,
  ]);
}

/** Returns the mail about the present step; undefined if the step needs none. Names and texts are untrusted: links in them are removed. */
function composeMail(record: CaseRecord, tenantName: string, language: string): { subject: string; text: string } | undefined {
  const words = translationsFor(language);
  const lines = listLines(record, words);
  if (!lines) return undefined;
  const speech = createLocaleFormat(language);
  const placeholders = {
    from: sanitizeName(tenantName) || record.order_number,
    code: record.rma_code,
    order: record.order_number,
    amount: record.amount === null ? "" : speech.money(record.amount, record.currency),
    reason: stripLinks(record.rejection_reason ?? ""),
  };
  const items = record.items.map(({ name, quantity }) => `${speech.number(quantity)} × ${stripLinks(name)}`);
  const text = [
    words.greeting,
    ...lines.map((line) => fillPlaceholders(line, placeholders)),
    ...(record.message === null ? [] : [stripLinks(record.message)]),
    ...(items.length === 0 ? [] : [items.join("\n")]),
  ].join("\n\n");
  return { subject: fillPlaceholders(words.subject, placeholders), text: `${text}\n` };
}

function listLines({ status, case_type, resolution }: CaseRecord, words: Translations): string[] | undefined {
  switch (status) {
    case "APPROVED":
      return [words.approved, ...(takesGoods(case_type) ? [words.send_back] : [])];
    case "RECEIVED":
      return [words.received];
    case "REJECTED":
      return [words.rejected];
    case "RESOLVED":
      return [
        words.resolved,
        ...(resolution === "REFUND" ? [words.refund] : []),
        ...(resolution === "CREDIT" ? [words.credit] : []),
        ...(resolution === "EXCHANGE" ? [words.exchange] : []),
        ...(resolution === "REPAIR" ? [words.repair] : []),
      ];
    default:
      return undefined;
  }
}
