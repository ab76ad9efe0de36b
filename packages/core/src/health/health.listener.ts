import { Customer } from "../customer/customer.ts";
import { Interaction } from "../interaction/interaction.ts";
import { concerns, type DomainEvent } from "../kernel/event.ts";
import * as Identity from "../person/identity.ts";
import { Records } from "../storage/write/records.ts";
import { Health } from "./health.ts";

/** Makes the health of customers anew where something that it goes by was written. */

/** Fields that it goes by. */
const of: Readonly<Record<string, readonly string[]>> = {
  customer: ["status", "open_opportunities", "merged_ids"],
  interaction: ["sentiment", "feedback_type", "interaction_type_id", "customer_id"],
};

export async function hear(event: DomainEvent): Promise<void> {
  const { type, record_id, due_at } = event;
  if (due_at !== undefined) return Health.due(record_id, due_at);
  const [kind = ""] = type.split(".");
  if (!concerns(event, of[kind] ?? [])) return;
  if (type === "customer.created") return born(record_id);
  if (kind === "customer") return Health.follow(record_id);
  const interaction = await Records.load(Interaction.listed.collection, record_id);
  if (!interaction) return;
  const { customer_id, personal_key_id } = interaction;
  const ids = customer_id ? [customer_id] : (await Customer.ofPerson(await Identity.idsNamed(personal_key_id))).ids;
  for (const id of ids) await Health.follow(id);
}

/** With a business nothing can have happened before it was made; with the person of an individual it can. */
async function born(id: string): Promise<void> {
  const customer = await Customer.load(id);
  if (customer?.personal_key_id) await Health.follow(id);
}
