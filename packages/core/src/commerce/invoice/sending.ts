import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { PreviewInput, type SendPreview, SendPreviews } from "../../agreements/share-link/send-preview.ts";
import { Sending } from "../../agreements/share-link/sending.ts";
import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { language } from "../../kernel/language.ts";
import { email, IdInput, oneLine, text } from "../../kernel/schema.ts";
import { MailCopies } from "../../people/suppression/mail-copies.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Orders } from "../order/order.entity.ts";
import { type InvoiceRecord, Invoices } from "./invoice.entity.ts";
import { INVOICE } from "./invoice.kind.ts";
import { composeUsualMail } from "./mail.ts";
import { addMail } from "./mails.rules.ts";
import { toTimelineSubject } from "./offerable.ts";
import { nameFile } from "./pdf.ts";
import { requireAddress, resolveBillingRecipient } from "./recipient.ts";

/** Sends an issued invoice or credit note by mail, with its PDF and a link to its page. A consumer of the event sends the mail. */
export const send = fn(
  IdInput.extend({
    to: email().optional().describe("If empty, the address of the billing contact"),
    cc: MailCopies.Input,
    subject: oneLine(255).min(1).nullish(),
    message: text(5000).nullish().describe("Text of the mail in place of the usual one"),
    language: language().nullish().describe("Language of the mail. If empty, that of the document"),
  }),
  ({ id: invoiceId, to, cc, subject, message, language: tag }) =>
    Records.change(Invoices, invoiceId, async (current, tx) => {
      if (current.status !== "ISSUED")
        throw conflict("The invoice is a draft: issue it before you send it", [{ field: "status", message: "Must be ISSUED" }]);
      const address = await requireAddress(current, to);
      const copies = await MailCopies.requireAllowed(cc);
      const mail = { to: address, subject: subject ?? null, message: message ?? null, language: tag ?? null };
      await addOffer(tx, current, { ...mail, cc: copies });
      return addMail(
        { ...current, sent_at: Clock.now(), sent_to: address },
        { ...mail, mail_type: "INVOICE", level: null, ...(copies === null ? {} : { cc: copies }) },
      );
    }),
);

/** Adds the link to the page of the invoice. The page has the language that the sender or the record says, or else that of the browser. */
async function addOffer(tx: Transaction, invoice: InvoiceRecord, mail: Parameters<typeof Sending.addChecked>[2]): Promise<void> {
  const order = await Records.load(Orders, invoice.order_id);
  if (!order) throw new Error(`The order ${invoice.order_id} of an invoice does not exist`);
  const sent = {
    kind: INVOICE,
    id: invoice.id,
    name: invoice.invoice_number ?? invoice.order_number,
    owner_id: order.owner_id,
    timelineSubject: toTimelineSubject(order),
  };
  await Sending.addChecked(tx, sent, { ...mail, language: mail.language ?? invoice.language });
}

/** Says to whom the invoice would be sent, and with which text. */
export const previewSending = fn(IdInput.extend(PreviewInput), async ({ id: invoiceId, ...input }): Promise<SendPreview> => {
  const invoice = await Records.read(Invoices, invoiceId);
  const { contact_id, customer_id } = invoice;
  const [recipients, tenant, link] = await Promise.all([
    SendPreviews.previewRecipients({ contact_id, customer_id }),
    Tenant.get({}),
    Sending.findLink(invoiceId),
  ]);
  const customerAddress = contact_id === null ? await findCustomerAddress(invoice) : undefined;
  return {
    ...recipients,
    ...(customerAddress === undefined ? {} : { to: customerAddress, problem: null }),
    ...composeUsualMail(invoice, input.language ?? null, tenant.name),
    file_name: nameFile(invoice),
    is_attached: true,
    last_day: null,
    link,
    is_repeat: invoice.sent_at !== null,
    keeps_mail_local: usePorts().keepsMailLocal,
  };
});

/** Reads to whom the invoice was sent, and how often its page was seen. */
export const readOffer = fn(IdInput, async ({ id: invoiceId }) => Sending.read((await Records.read(Invoices, invoiceId)).id));

/** Revokes all links that were sent for the invoice. The next sending creates another link. */
export const revoke = fn(IdInput, async ({ id: invoiceId }) => {
  const invoice = await Records.read(Invoices, invoiceId);
  Records.requireVersion(invoice);
  return Sending.revoke(invoice.id);
});

/** A customer who is a person gets the mail at their own address, which only those read who see the customer. */
async function findCustomerAddress(invoice: InvoiceRecord): Promise<string | undefined> {
  if (!(await Records.isVisible(CUSTOMER, invoice.customer_id))) return undefined;
  const recipient = await resolveBillingRecipient(invoice);
  return typeof recipient === "string" ? undefined : recipient.email;
}

export * as InvoiceSending from "./sending.ts";
