import { Ageing } from "@crm/core/commerce/invoice/ageing.ts";
import { CreditNote } from "@crm/core/commerce/invoice/credit.ts";
import { Invoices } from "@crm/core/commerce/invoice/invoice.entity.ts";
import { INVOICE, invoiceGrants } from "@crm/core/commerce/invoice/invoice.kind.ts";
import { Invoice } from "@crm/core/commerce/invoice/invoice.ts";
import { InvoiceIssue } from "@crm/core/commerce/invoice/issue.ts";
import { InvoicePdf } from "@crm/core/commerce/invoice/pdf.ts";
import { InvoiceSending } from "@crm/core/commerce/invoice/sending.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { toFileVerb } from "../../http/file-response.ts";
import { operation } from "../../http/operation.ts";
import { offerOutput, sendDialog, sendPreviewOptions } from "../agreements/share-link-output.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { buildFollowOperations } from "../shared/follow-operations.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";
import { ageingOutput, invoiceOutput, invoiceRow } from "./invoice-schemas.ts";

const tag = "Invoices";
const readOptions = { tag, access: invoiceGrants.read } as const;
const record = { tag, access: invoiceGrants.write, output: invoiceOutput, kind: "record", links: linksFor(Invoices) } as const;

const operations = [
  ...buildFollowOperations("Invoice", INVOICE),
  ...buildListOperations({
    name: "listInvoices",
    path: "/invoices",
    summary: "List invoices and credit notes",
    verb: Invoice.list,
    output: invoiceRow,
    links: linksFor(Invoices),
    ...readOptions,
  }),
  operation({
    name: "listInvoiceAgeing",
    method: "GET",
    path: "/invoices/ageing",
    summary: "List open amounts of customers by how long they are overdue",
    description: "By customer and currency, of the invoices that you see. A page sums about 1,000 open invoices.",
    verb: Ageing.list,
    output: ageingOutput,
    ...readOptions,
  }),
  operation({
    name: "getInvoice",
    method: "GET",
    path: "/invoices/{id}",
    summary: "Read an invoice or credit note",
    verb: Invoice.get,
    ...record,
    access: invoiceGrants.read,
  }),
  operation({
    name: "updateInvoice",
    method: "PATCH",
    path: "/invoices/{id}",
    summary: "Change a draft",
    description: "Changes only the named fields; `null` clears one. An issued invoice never changes.",
    verb: Invoice.update,
    ...record,
  }),
  operation({
    name: "deleteInvoice",
    method: "DELETE",
    path: "/invoices/{id}",
    summary: "Delete a draft",
    description: "The part of the order can be invoiced again. An issued invoice is never deleted.",
    verb: Invoice.remove,
    ...record,
  }),
  operation({
    name: "restoreInvoice",
    method: "POST",
    path: "/invoices/{id}/restore",
    summary: "Restore a deleted draft",
    description: "With the present prices of the order.",
    verb: Invoice.restore,
    ...record,
  }),
  operation({
    name: "issueInvoice",
    method: "POST",
    path: "/invoices/{id}/issue",
    summary: "Issue an invoice",
    description: "Gives the next number of the year, and freezes the content.",
    verb: InvoiceIssue.issue,
    ...record,
    access: invoiceGrants.issue,
  }),
  operation({
    name: "creditInvoice",
    method: "POST",
    path: "/invoices/{id}/credit",
    summary: "Issue a credit note of an invoice",
    description: "By lines or by an amount; otherwise for all that is not credited yet. The customer no longer owes its total.",
    verb: CreditNote.credit,
    status: 201,
    ...record,
    access: invoiceGrants.issue,
  }),
  operation({
    name: "sendInvoice",
    method: "POST",
    path: "/invoices/{id}/send",
    summary: "Send an issued invoice or credit note by mail",
    description: "The PDF is attached. The mail has a private link to the customer's page. Sending again mails the same link.",
    verb: InvoiceSending.send,
    dialog: { ...sendDialog, title: "Send by mail" },
    ...record,
  }),
  operation({
    name: "previewInvoiceSending",
    path: "/invoices/{id}/send-preview",
    summary: "Preview the sending of an invoice or credit note",
    verb: InvoiceSending.previewSending,
    ...sendPreviewOptions,
    tag,
    access: invoiceGrants.write,
  }),
  operation({
    name: "readInvoiceOffer",
    method: "GET",
    path: "/invoices/{id}/offer",
    summary: "Read to whom an invoice was sent, and how often its page was seen",
    verb: InvoiceSending.readOffer,
    output: offerOutput,
    ...readOptions,
  }),
  operation({
    name: "revokeInvoiceLinks",
    method: "POST",
    path: "/invoices/{id}/links/revoke",
    summary: "Revoke the links to an invoice",
    description: "Sending again creates a new link.",
    verb: InvoiceSending.revoke,
    output: offerOutput,
    tag,
    access: invoiceGrants.write,
  }),
  operation({
    name: "getInvoicePdf",
    method: "GET",
    path: "/invoices/{id}/pdf",
    summary: "Read an invoice or credit note as PDF",
    description: "The PDF of a draft says that it is one. `ETag` is the SHA-256 of the file.",
    verb: toFileVerb(InvoicePdf.render),
    kind: "raw",
    ...readOptions,
  }),
  buildExportOperation("exportInvoices", "invoices", tag, invoiceGrants.read, Invoice.listDefinition),
] as const;

export const invoices = defineApiFunction(operations, {
  uses: [
    "secrets:links",
    "secrets:lookups",
    "domains",
    "fonts",
    "objects:documents:put",
    "objects:documents:get",
    "objects:attachments:get",
  ],
  // This much memory comes with one full processor, which limits how fast a document is drawn.
  memory: 1769,
});
