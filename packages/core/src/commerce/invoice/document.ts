import { ContactAddressee } from "../../accounts/contact/addressee.ts";
import { formatAddressLines } from "../../accounts/customer/letter.rules.ts";
import type { Letter } from "../../agreements/letterhead/letter.schema.ts";
import { composeLetter } from "../../agreements/letterhead/letter.ts";
import { resolveLocale } from "../../agreements/letterhead/locale.ts";
import { buildOutline, type Outline } from "../../agreements/letterhead/outline.ts";
import { today } from "../../kernel/day.ts";
import type { Block } from "../../lib/pdf/document.ts";
import type { OrderRecord } from "../order/order.entity.ts";
import { buildBlocks, buildContent, type InvoiceLocale } from "./document.rules.ts";
import { translationsFor } from "./i18n.ts";
import type { InvoiceRecord } from "./invoice.entity.ts";
import { buildProgress, type InvoiceProgress, isPayable } from "./page.rules.ts";

/** Documents of invoices and credit notes, on the tenant's letterhead. */

/** The parties of an invoice as they are now. */
type Addressed = Pick<InvoiceRecord, "customer_id" | "contact_id" | "language">;

/** Composes the letter of an invoice. The buyer has the billing address of the order, or else that of the customer. */
export async function composeInvoiceLetter(
  { customer_id, contact_id, language }: Addressed,
  { billing_address }: Pick<OrderRecord, "billing_address">,
): Promise<Letter> {
  const present = await composeLetter({ customer_id, contact_id });
  const letter = { ...present, language: language ?? present.language };
  if (!billing_address) return letter;
  const { speech } = resolveLocale(letter.language);
  const lines = formatAddressLines(billing_address, speech.country);
  if (lines.length === 0) return letter;
  const recipient = billing_address.recipient ?? letter.to[0] ?? "";
  const contact = contact_id ? await ContactAddressee.loadName(contact_id) : "";
  return { ...letter, to: [recipient, ...(contact && contact !== recipient ? [contact] : []), ...lines].filter(Boolean) };
}

/** Returns the letter that was frozen when the document was issued. */
export const readFrozenLetter = ({ letterhead, seller, buyer }: InvoiceRecord): Letter | null =>
  letterhead && { ...letterhead, from: seller ?? [], to: buyer ?? [] };

/** Builds the document of an invoice with a letter. */
export function outlineInvoice(invoice: InvoiceRecord, letter: Letter): Outline {
  const locale = resolveInvoiceLocale(letter.language);
  return outline(invoice, { letter, locale, blocks: buildBlocks(invoice, locale) });
}

/** Builds the page of an issued invoice in a language: its frozen content, and what is open of it now. */
export function outlineInvoicePage(
  invoice: InvoiceRecord,
  letter: Letter,
  locale: InvoiceLocale,
  progress: InvoiceProgress | undefined,
): Outline {
  const blocks = [...buildContent(invoice, locale), ...(progress ? buildProgress(invoice, progress, letter, locale) : [])];
  // The footer, which has the bank details, is beside what is to be paid.
  const pageLetter = { ...letter, footer: progress && isPayable(progress) ? null : letter.footer };
  return outline(invoice, { letter: pageLetter, locale, blocks });
}

export const resolveInvoiceLocale = (language: string): InvoiceLocale => ({
  ...resolveLocale(language),
  invoiceWords: translationsFor(language),
});

interface Content {
  letter: Letter;
  locale: InvoiceLocale;
  blocks: readonly Block[];
}

function outline(invoice: InvoiceRecord, { letter, locale, blocks }: Content): Outline {
  const { invoice: invoiceTitle, credit_note } = locale.invoiceWords;
  const title = invoice.document_type === "INVOICE" ? invoiceTitle : credit_note;
  return buildOutline(invoice.id, {
    language: locale.speech.language,
    title: [title, invoice.invoice_number ?? invoice.order_number].join(" "),
    day: invoice.invoice_date ?? today(),
    blocks,
    letter,
  });
}
