import { FileInput, type Pdf, readCached, renderCached } from "../../agreements/letterhead/pdf.ts";
import { usePorts } from "../../kernel/context.ts";
import { fn } from "../../kernel/fn.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { type OrderRecord, Orders } from "../order/order.entity.ts";
import { composeInvoiceLetter, outlineInvoice, readFrozenLetter } from "./document.ts";
import { type InvoiceRecord, Invoices } from "./invoice.entity.ts";

/**
 * PDFs of invoices. The content of an issued one is frozen in its record, so the PDF can be rendered at any time after the issue, with the same bytes.
 * It is stored once with its hash, and from then on only these bytes are served.
 */

export const render = fn(FileInput.omit({ language: true }), async ({ id }) => renderPdf(await Records.read(Invoices, id)));

async function renderPdf(invoice: InvoiceRecord): Promise<Pdf> {
  const stored = await findIssued(invoice);
  if (stored) return stored;
  const letter = readFrozenLetter(invoice) ?? (await composeInvoiceLetter(invoice, await loadOrder(invoice)));
  const pdf = await renderCached(outlineInvoice(invoice, letter));
  if (invoice.pdf_sha256 !== null && pdf.sha256 !== invoice.pdf_sha256) {
    usePorts().log.write("error", "The stored PDF of an issued invoice is lost and cannot be rendered again", { id: invoice.id });
    throw new Error(`The PDF of ${invoice.id} differs from the one that was issued`);
  }
  return { ...pdf, file_name: nameFile(invoice) };
}

/** Renders the PDF for the books or the customer. Throws if fonts are missing, so that the work is done again once they are installed. */
export async function renderComplete(invoice: InvoiceRecord): Promise<Pdf> {
  const pdf = await renderPdf(invoice);
  if (pdf.missing_fonts.length > 0)
    throw new Error(`The PDF of ${invoice.id} lacks the fonts ${pdf.missing_fonts.join(", ")}: run npm run fonts:install`);
  return pdf;
}

export const nameFile = ({ invoice_number, order_number }: InvoiceRecord): string => `${invoice_number ?? order_number}.pdf`;

/** Returns the PDF that was stored when the invoice was issued. */
async function findIssued(invoice: InvoiceRecord): Promise<Pdf | undefined> {
  const { id, content_hash, pdf_sha256 } = invoice;
  if (content_hash === null || pdf_sha256 === null) return undefined;
  const key = objectKey("documents", id, `${content_hash}.pdf`);
  const stored = await readCached(key);
  return stored?.sha256 === pdf_sha256 ? { ...stored, key, file_name: nameFile(invoice), missing_fonts: [] } : undefined;
}

async function loadOrder({ order_id }: InvoiceRecord): Promise<OrderRecord> {
  const order = await Records.load(Orders, order_id);
  if (!order) throw new Error(`The order ${order_id} of an invoice does not exist`);
  return order;
}

/** At `invoice.issued`: stores the PDF, and its hash in the invoice. */
export const onIssued = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(() => retryOnConflict(() => storePdf(record_id)));

async function storePdf(invoiceId: string): Promise<void> {
  const invoice = await Records.load(Invoices, invoiceId, { live: true });
  if (invoice?.status !== "ISSUED" || invoice.pdf_sha256 !== null) return;
  const { sha256 } = await renderComplete(invoice);
  const next = Records.nextVersion(invoice, { ...invoice, pdf_sha256: sha256 });
  await transaction().replace(Invoices, invoice, next).commit(undefined);
}

export * as InvoicePdf from "./pdf.ts";
