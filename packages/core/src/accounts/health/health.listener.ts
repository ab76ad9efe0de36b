import { concernsFields, type DomainEvent } from "../../kernel/event.ts";
import { Interaction } from "../../people/interaction/interaction.ts";
import * as Identity from "../../people/person/identity.ts";
import { Records } from "../../storage/write/records.ts";
import { Customer } from "../customer/customer.ts";
import { Health } from "./health.ts";

/** Recalculates the health of customers when one of its inputs was written. */

/** The fields on which the health depends. */
const relevantFields: Readonly<Record<string, readonly string[]>> = {
  customer: ["status", "open_opportunities", "last_order_at", "merged_ids"],
  interaction: ["sentiment", "feedback_type", "interaction_type_id", "customer_id"],
};

export async function onHealthInputChange(event: DomainEvent): Promise<void> {
  const { type, record_id, due_at } = event;
  if (due_at !== undefined) return Health.refreshDue(record_id, due_at);
  const [kind = ""] = type.split(".");
  if (!concernsFields(event, relevantFields[kind] ?? [])) return;
  if (type === "customer.created") return onCustomerCreated(record_id);
  if (kind === "customer") return Health.refresh(record_id);
  const interaction = await Records.load(Interaction.listDefinition.collection, record_id);
  if (!interaction) return;
  const { customer_id, personal_key_id } = interaction;
  const ids = customer_id ? [customer_id] : (await Customer.findByPerson(await Identity.resolveIds(personal_key_id))).ids;
  for (const id of ids) await Health.refresh(id);
}

/** A business has no interactions before it is created. The person of an individual may have some. */
async function onCustomerCreated(id: string): Promise<void> {
  await Health.recordFirst(id);
  const customer = await Customer.load(id);
  if (customer?.personal_key_id) await Health.refresh(id);
}
