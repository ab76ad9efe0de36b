import { type Offerable, readOnlyAnswers } from "../../agreements/share-link/offerable.ts";
import { Sending } from "../../agreements/share-link/sending.ts";
import { buildListQuery, list } from "../../storage/read/list.ts";
import { Records } from "../../storage/write/records.ts";
import { CustomerRequests } from "../after-sales/customer-request.ts";
import { Invoices } from "../invoice/invoice.entity.ts";
import { settleIssued } from "../invoice/settlement.rules.ts";
import { type FulfilmentRecord, Fulfilments } from "../order/fulfilment.entity.ts";
import { type OrderRecord, Orders } from "../order/order.entity.ts";
import { ORDER } from "../order/order.kind.ts";
import type { OrderInvoice } from "./document.rules.ts";
import { outlinePage } from "./document.ts";

/** The `Offerable` of orders: the customer reads the order by a private link, and has nothing to answer. */
export const orderOfferable: Offerable = {
  async read(id, { language, isBrief }) {
    const order = await Records.load(Orders, id, { live: true });
    if (!order) return undefined;
    const [fulfilments, cases, invoices] = await Promise.all([
      isBrief || order.fulfilment_count === 0 ? [] : listNewestFulfilments(id),
      isBrief ? [] : CustomerRequests.listShown(order),
      isBrief ? [] : listNewestInvoices(order),
    ]);
    const requestForm = isBrief ? undefined : await CustomerRequests.buildForm(order, cases, language);
    const { render, summary } = await outlinePage(order, { fulfilments, cases, invoices }, language);
    return {
      document: await render(),
      owner_id: order.owner_id,
      state: "shown",
      day: order.order_date,
      options: [],
      ...(summary ? { summary } : {}),
      ...(requestForm ? { requestForm } : {}),
    };
  },

  async renderPdf(id, language) {
    const order = await Records.load(Orders, id, { live: true });
    return order && (await import("./pdf.ts")).renderPdf(order, language);
  },

  async onViewed(id) {
    const order = await Records.load(Orders, id, { live: true });
    return order && { timelineSubject: { record_kind: ORDER.name, record_id: id }, owner_id: order.owner_id };
  },

  submitRequest: CustomerRequests.submit,

  ...readOnlyAnswers,
};

/** Maximum parcels that the page shows, the newest first. */
const MAX_PARCELS = 100;

const listNewestFulfilments = async (orderId: string): Promise<readonly FulfilmentRecord[]> =>
  (await list(Fulfilments, { ...buildListQuery(Fulfilments, { limit: MAX_PARCELS }), parent: orderId })).rows;

/** Maximum invoices that the page shows, the newest first. */
const MAX_INVOICES = 20;

/** Returns the issued invoices with what is open by the order as it is now, and the pages of those that were shared. */
async function listNewestInvoices(order: OrderRecord): Promise<OrderInvoice[]> {
  const settlements = settleIssued(order);
  const ids = [...settlements.keys()].slice(-MAX_INVOICES).toReversed();
  if (ids.length === 0) return [];
  const [invoices, paths] = await Promise.all([Records.loadMany(Invoices, ids, { live: true }), Sending.findPagePaths(ids)]);
  return invoices.flatMap((invoice) => {
    const settlement = invoice && settlements.get(invoice.id);
    return settlement ? [{ ...invoice, ...settlement, href: paths.get(invoice.id) }] : [];
  });
}
