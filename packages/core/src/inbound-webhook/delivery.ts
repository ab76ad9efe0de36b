import * as z from "zod";
import { conflict, notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { oneOf, text } from "../kernel/schema.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Records } from "../storage/write/records.ts";
import { Deliveries, type DeliveryRecord, Stored, statuses } from "./delivery.entity.ts";
import { resumed } from "./state.ts";
import { Webhooks } from "./webhook.entity.ts";

/** What providers have told, as administrators see it: by the webhook that it came to. */

export const Info = Stored.omit({ sealed: true });
export const Row = rowOf(Info, Deliveries.definition.row);

const Below = z.strictObject({ id: text(64) });
const One = Below.extend({ delivery_id: text(64) });

export const list = fn(
  listSchema(Deliveries, { status: oneOf(statuses).optional() }).extend(Below.shape),
  async ({ id, ...asking }) => {
    const { id: parent } = await Records.read(Webhooks, id);
    return listRecords(Deliveries, { ...queryOf(Deliveries, asking), parent });
  },
);

export const get = fn(One, async (named) => shown(await read(named)));

/** Lets one be worked off once more that was set aside. */
export const retry = fn(One, async (named) => {
  await read(named);
  const edit = (current: DeliveryRecord): DeliveryRecord => {
    if (current.status !== "quarantined") throw conflict(`It is ${current.status}: what is quarantined is tried again`);
    return resumed(current);
  };
  return Records.change(Deliveries, named.delivery_id, edit, { answer: shown });
});

const shown = ({ sealed: _sealed, ...delivery }: DeliveryRecord): Omit<DeliveryRecord, "sealed"> => delivery;

/** Of this webhook, and no other. */
async function read({ id, delivery_id }: z.output<typeof One>): Promise<DeliveryRecord> {
  const [webhook, delivery] = await Promise.all([Records.read(Webhooks, id), Records.read(Deliveries, delivery_id)]);
  if (delivery.webhook_id !== webhook.id) throw notFound();
  return delivery;
}

export * as InboundDelivery from "./delivery.ts";
