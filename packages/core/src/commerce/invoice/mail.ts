import { Sending } from "../../agreements/share-link/sending.ts";
import { useTenant } from "../../kernel/context.ts";
import { sanitizeName, stripLinks } from "../../kernel/mail-sanitizer.ts";
import type { DomainEvent, MailMessage } from "../../kernel/ports.ts";
import { fillPlaceholders } from "../../kernel/text.ts";
import { createLocaleFormat } from "../../lib/pdf/locale-format.ts";
import { TransactionalMail } from "../../people/suppression/transactional-mail.ts";
import { withBrand } from "../../platform/tenant/branded-mail.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { normalizeAddress } from "../../scheduling/invitation/recipients.ts";
import { Records } from "../../storage/write/records.ts";
import { translationsFor } from "./i18n.ts";
import { type InvoiceRecord, Invoices } from "./invoice.entity.ts";
import { renderComplete } from "./pdf.ts";
import { resolveBillingRecipient } from "./recipient.ts";

/**
 * The mails to customers about invoices, with the PDF and a link to the page. The mail id is the event id, so the mail port sends a mail once even if the event is
 * delivered again.
 */

/** Maximum mails in an hour to one address, for each tenant. */
const MAX_MAILS_PER_HOUR = 20;

/** Returns what the mail says if its sender writes nothing, for the preview of a sending. */
export function composeUsualMail(invoice: InvoiceRecord, tag: string | null, tenantName: string) {
  const { language, subject, lines } = composeLines(invoice, { mail_type: "INVOICE", level: null, language: tag }, tenantName);
  return { language, subject, message: lines.join("\n\n") };
}

export const onMailAdded = (event: DomainEvent): Promise<void> => Tenant.runWithSettings(() => sendMail(event));

async function sendMail({ id, record_id, version }: DomainEvent): Promise<void> {
  const invoice = await Records.load(Invoices, record_id, { live: true });
  const mail = invoice?.mails.find((each) => each.version === version);
  if (!invoice || !mail) return;
  const [tenant, to, link] = await Promise.all([Tenant.get({}), mail.to ?? findAddress(invoice), Sending.findLink(invoice.id)]);
  if (tenant.status === "SUSPENDED" || to === undefined) return;
  const { language, ...content } = composeMail(invoice, mail, { tenantName: tenant.name, link });
  const pdf = await renderComplete(invoice);
  const attachments: MailMessage["attachments"] = [
    { file_name: pdf.file_name, content_type: "application/pdf", base64: Buffer.from(pdf.bytes).toString("base64") },
  ];
  await TransactionalMail.sendMail(withBrand({ id, to, cc: mail.cc ?? [], ...content, attachments }, tenant, language), [
    `invoices of ${useTenant()} to ${normalizeAddress(to)}`,
    MAX_MAILS_PER_HOUR,
  ]);
}

async function findAddress(invoice: InvoiceRecord): Promise<string | undefined> {
  const recipient = await resolveBillingRecipient(invoice);
  return typeof recipient === "string" ? undefined : recipient.email;
}

type Mail = InvoiceRecord["mails"][number];

/** The name of the tenant is untrusted: links in it are removed. */
function composeLines(invoice: InvoiceRecord, mail: Pick<Mail, "mail_type" | "level" | "language">, tenantName: string) {
  const language = mail.language ?? invoice.letterhead?.language ?? "en";
  const [words, speech] = [translationsFor(language), createLocaleFormat(language)];
  const { document_type, invoice_number, invoice_date, due_date, total, open_amount, currency } = invoice;
  const isInvoice = document_type === "INVOICE";
  const number = invoice_number ?? "";
  const placeholders = {
    from: sanitizeName(tenantName) || number,
    document: isInvoice ? words.invoice : words.credit_note,
    number,
    date: invoice_date ? speech.day(invoice_date) : "",
    due: due_date ? speech.day(due_date) : "",
    amount: speech.money(total, currency),
    open: speech.money(open_amount, currency),
  };
  const isReminder = mail.mail_type === "REMINDER";
  const usualLines = isReminder
    ? [words.reminder_open, words.reminder_pay]
    : isInvoice
      ? [words.mail_invoice, words.mail_due]
      : [words.mail_credit_note];
  const fill = (line: string): string => fillPlaceholders(line, placeholders);
  return {
    language,
    greeting: words.greeting,
    subject: fill(findSubject(mail, words)),
    lines: usualLines.map(fill),
    /** What a mail with a text of its own says too. */
    facts: isReminder ? [fill(words.reminder_open)] : [],
  };
}

interface MailOptions {
  tenantName: string;
  /** The page of the invoice, if it was sent before or is sent now. */
  link: string | null;
}

function composeMail(
  invoice: InvoiceRecord,
  mail: Mail,
  { tenantName, link }: MailOptions,
): { language: string; subject: string; text: string } {
  const { language, greeting, subject, lines, facts } = composeLines(invoice, mail, tenantName);
  const content = mail.message === null ? lines : [stripLinks(mail.message), ...facts];
  const page = link === null ? [] : [translationsFor(language).mail_page, link];
  return { language, subject: mail.subject ?? subject, text: `${[greeting, ...content, ...page].join("\n\n")}\n` };
}

function findSubject({ mail_type, level }: Pick<Mail, "mail_type" | "level">, words: ReturnType<typeof translationsFor>): string {
  if (mail_type === "INVOICE") return words.mail_subject;
  const subjects = [words.reminder_subject_1, words.reminder_subject_2, words.reminder_subject_3];
  return subjects[(level ?? 1) - 1] ?? words.reminder_subject_3;
}
