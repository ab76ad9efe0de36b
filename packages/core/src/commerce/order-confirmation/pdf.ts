import { FileInput, type Pdf, renderCached } from "../../agreements/letterhead/pdf.ts";
import { fn } from "../../kernel/fn.ts";
import type { OrderRecord } from "../order/order.entity.ts";
import { Order } from "../order/order.ts";

/** The confirmation of an order as a file. The code that builds it is loaded with the first file. */

export const render = fn(FileInput, async ({ id, language }) => renderPdf(await Order.read(id), language));

/** Renders the confirmation for a reader of the order. The same content gives the same bytes. */
export async function renderPdf(order: OrderRecord, language?: string | null): Promise<Pdf> {
  const { outlineConfirmation } = await import("./document.ts");
  return renderCached(await outlineConfirmation(order, language));
}

export * as OrderPdf from "./pdf.ts";
