import { Ageing } from "@crm/core/commerce/invoice/ageing.ts";
import { Invoice } from "@crm/core/commerce/invoice/invoice.ts";
import { recordSchema } from "../../http/operation.ts";

/** The outputs of invoices, which the functions of orders and customers share. */
export const invoiceOutput = recordSchema("Invoice", Invoice.Info);
export const invoiceRow = recordSchema("InvoiceRow", Invoice.Row);
export const ageingOutput = Ageing.Info.meta({ id: "Ageing" });
