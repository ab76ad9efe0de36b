import type * as z from "zod";
import { conflict, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, oneOf, text } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { Deliveries, type DeliveryRecord, Stored, statuses } from "./delivery.entity.ts";
import { toReceived } from "./delivery-state.ts";
import { Webhooks } from "./webhook.entity.ts";

/** The deliveries of a webhook, for administrators. */

export const Info = Stored.omit({ sealed: true });
export const Row = rowSchema(Info, Deliveries.definition.row);

const DeliveryInput = IdInput.extend({ delivery_id: text(64) });

export const list = fn(
  listSchema(Deliveries, { status: oneOf(statuses).optional() }).extend(IdInput.shape),
  async ({ id, ...asking }) => {
    const { id: parent } = await Records.read(Webhooks, id);
    return listRecords(Deliveries, { ...buildListQuery(Deliveries, asking), parent });
  },
);

export const get = fn(DeliveryInput, async (input) => presentDelivery(await loadDelivery(input)));

/** Processes a quarantined delivery again. */
export const retry = fn(DeliveryInput, async (input) => {
  await loadDelivery(input);
  const edit = (current: DeliveryRecord): DeliveryRecord => {
    if (current.status !== "quarantined")
      throw conflict(`The delivery is ${current.status}; only quarantined deliveries can be retried`);
    return toReceived(current);
  };
  return Records.change(Deliveries, input.delivery_id, edit, { answer: presentDelivery });
});

const presentDelivery = ({ sealed: _sealed, ...delivery }: DeliveryRecord): Omit<DeliveryRecord, "sealed"> => delivery;

/** Loads a delivery of this webhook. */
async function loadDelivery({ id, delivery_id }: z.output<typeof DeliveryInput>): Promise<DeliveryRecord> {
  const [webhook, delivery] = await Promise.all([Records.read(Webhooks, id), Records.read(Deliveries, delivery_id)]);
  if (delivery.webhook_id !== webhook.id) throw notFound();
  return delivery;
}

export * as InboundDelivery from "./delivery.ts";
