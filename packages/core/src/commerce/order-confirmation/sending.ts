import { PreviewInput, SendPreviews } from "../../agreements/share-link/send-preview.ts";
import { Sending } from "../../agreements/share-link/sending.ts";
import { Clock } from "../../kernel/clock.ts";
import { conflict } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { Orders } from "../order/order.entity.ts";
import { ORDER } from "../order/order.kind.ts";
import { Order } from "../order/order.ts";

/** Sends the confirmation of an order to its customer: a mail with a private link to the page of the order. */

export const send = fn(IdInput.extend(Sending.MailInput), ({ id, ...mail }) =>
  Records.change(Orders, id, async (current, tx) => {
    if (current.status === "DRAFT")
      throw conflict("The order is DRAFT; confirm it before you send it", [{ field: "status", message: "DRAFT" }]);
    const { order_number, owner_id, contact_id } = current;
    await Sending.add(tx, { kind: ORDER, id, name: order_number, owner_id, contact_id }, mail);
    const now = Clock.now();
    return { ...current, sent_at: now, last_activity_date: now };
  }),
);

/** Says to whom the order would be sent, and with which text. */
export const previewSending = fn(IdInput.extend(PreviewInput), async ({ id, ...input }) => {
  const { order_number, contact_id, customer_id } = await Order.read(id);
  return SendPreviews.previewOffer({ kind: ORDER, id, name: order_number, last_day: null, contact_id, customer_id }, input);
});

/** Reads to whom the order was sent, and how often it was seen. */
export const readOffer = fn(IdInput, async ({ id }) => Sending.read((await Order.read(id)).id));

/** Revokes all links that were sent for the order. The next sending creates another link. */
export const revoke = fn(IdInput, async ({ id }) => {
  const order = await Order.read(id);
  Records.requireVersion(order);
  return Sending.revoke(order.id);
});

export * as OrderSending from "./sending.ts";
