import { type InvoiceRecord, MAX_MAILS } from "./invoice.entity.ts";

/** Pure rules: the mails of an invoice. */

type Mail = InvoiceRecord["mails"][number];

/** Returns the invoice with a further mail, which belongs to its next version. The oldest mails are dropped. */
export const addMail = (invoice: InvoiceRecord, mail: Omit<Mail, "version">): InvoiceRecord => ({
  ...invoice,
  mails: [...invoice.mails, { ...mail, version: invoice.version + 1 }].slice(-MAX_MAILS),
});
