import type { Offerable } from "../../agreements/share-link/offerable.ts";
import { conflict } from "../../kernel/error.ts";
import { buildListQuery, list } from "../../storage/read/list.ts";
import { Records } from "../../storage/write/records.ts";
import { CustomerRequests } from "../after-sales/customer-request.ts";
import { type FulfilmentRecord, Fulfilments } from "../order/fulfilment.entity.ts";
import { Orders } from "../order/order.entity.ts";
import { outlinePage } from "./document.ts";

/** The `Offerable` of orders: the customer reads the order by a private link, and has nothing to answer. */
export const orderOfferable: Offerable = {
  async read(id, { language, isBrief }) {
    const order = await Records.load(Orders, id, { live: true });
    if (!order) return undefined;
    const [fulfilments, cases] = await Promise.all([
      isBrief || order.fulfilment_count === 0 ? [] : listNewestFulfilments(id),
      isBrief ? [] : CustomerRequests.listShown(order),
    ]);
    const requestForm = isBrief ? undefined : await CustomerRequests.buildForm(order, cases, language);
    return {
      document: await (await outlinePage(order, { fulfilments, cases }, language)).render(),
      owner_id: order.owner_id,
      state: "shown",
      day: order.order_date,
      options: [],
      ...(requestForm ? { requestForm } : {}),
    };
  },

  async renderPdf(id, language) {
    const order = await Records.load(Orders, id, { live: true });
    return order && (await import("./pdf.ts")).renderPdf(order, language);
  },

  async onViewed() {
    // The offer counts the views.
  },

  submitRequest: CustomerRequests.submit,

  async accept() {
    throw nothingToAnswer();
  },

  async reject() {
    throw nothingToAnswer();
  },
};

const nothingToAnswer = (): Error => conflict("An order has nothing to answer", [{ field: "status", message: "Shown only" }]);

/** Maximum parcels that the page shows, the newest first. */
const MAX_PARCELS = 100;

const listNewestFulfilments = async (orderId: string): Promise<readonly FulfilmentRecord[]> =>
  (await list(Fulfilments, { ...buildListQuery(Fulfilments, { limit: MAX_PARCELS }), parent: orderId })).rows;
