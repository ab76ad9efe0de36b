import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { PreviewInput, type SendPreview, SendPreviews } from "../../agreements/share-link/send-preview.ts";
import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { language } from "../../kernel/language.ts";
import { email, IdInput, oneLine, text } from "../../kernel/schema.ts";
import { MailCopies } from "../../people/suppression/mail-copies.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Records } from "../../storage/write/records.ts";
import { type InvoiceRecord, Invoices } from "./invoice.entity.ts";
import { composeUsualMail } from "./mail.ts";
import { addMail } from "./mails.rules.ts";
import { nameFile } from "./pdf.ts";
import { requireAddress, resolveBillingRecipient } from "./recipient.ts";

/** Sends an issued invoice or credit note by mail, with its PDF. A consumer of the event sends the mail. */
export const send = fn(
  IdInput.extend({
    to: email().optional().describe("If empty, the address of the billing contact"),
    cc: MailCopies.Input,
    subject: oneLine(255).min(1).nullish(),
    message: text(5000).nullish().describe("Text of the mail in place of the usual one"),
    language: language().nullish().describe("Language of the mail. If empty, that of the document"),
  }),
  ({ id: invoiceId, to, cc, subject, message, language: tag }) =>
    Records.change(Invoices, invoiceId, async (current) => {
      if (current.status !== "ISSUED")
        throw conflict("The invoice is a draft: issue it before you send it", [{ field: "status", message: "Must be ISSUED" }]);
      const address = await requireAddress(current, to);
      const copies = await MailCopies.requireAllowed(cc);
      return addMail(
        { ...current, sent_at: Clock.now(), sent_to: address },
        {
          mail_type: "INVOICE",
          level: null,
          to: address,
          ...(copies === null ? {} : { cc: copies }),
          subject: subject ?? null,
          message: message ?? null,
          language: tag ?? null,
        },
      );
    }),
);

/** Says to whom the invoice would be sent, and with which text. */
export const previewSending = fn(IdInput.extend(PreviewInput), async ({ id: invoiceId, ...input }): Promise<SendPreview> => {
  const invoice = await Records.read(Invoices, invoiceId);
  const { contact_id, customer_id } = invoice;
  const [recipients, tenant] = await Promise.all([SendPreviews.previewRecipients({ contact_id, customer_id }), Tenant.get({})]);
  const customerAddress = contact_id === null ? await findCustomerAddress(invoice) : undefined;
  return {
    ...recipients,
    ...(customerAddress === undefined ? {} : { to: customerAddress, problem: null }),
    ...composeUsualMail(invoice, input.language ?? null, tenant.name),
    file_name: nameFile(invoice),
    is_attached: true,
    last_day: null,
    link: null,
    is_repeat: invoice.sent_at !== null,
    keeps_mail_local: usePorts().keepsMailLocal,
  };
});

/** A customer who is a person gets the mail at their own address, which only those read who see the customer. */
async function findCustomerAddress(invoice: InvoiceRecord): Promise<string | undefined> {
  if (!(await Records.isVisible(CUSTOMER, invoice.customer_id))) return undefined;
  const recipient = await resolveBillingRecipient(invoice);
  return typeof recipient === "string" ? undefined : recipient.email;
}

export * as InvoiceSending from "./sending.ts";
