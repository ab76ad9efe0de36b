import type { App } from "@crm/local/app.ts";
import { addUser, signUp, type Tenant } from "../support/app.ts";

/** A tree of campaigns that start and end by their dates, with sales in another currency, for the test of the functions' permissions. */
export async function runCampaigns(app: App): Promise<void> {
  const tenant = await signUp(app, { visibility: "own" });
  const { admin } = tenant;
  const owner = await addUser(app, tenant, "MARKETER");
  const start_date = new Date().toISOString().slice(0, 10);
  const input = { name: "Fair", type: "EVENT", status: "PLANNING", start_date, end_date: start_date, follows_dates: true };
  const { data: top } = await admin.createCampaign({ ...input, currency: "EUR" });
  const { data: below } = await admin.createCampaign({ ...input, parent_campaign_id: top.id, owner_id: owner.id });
  const { data: other } = await admin.createCampaign({ ...input, name: "Mailing" });
  await admin.updateCampaign({ id: other.id, parent_campaign_id: below.id });
  const { data: customer } = await admin.createCustomer({ name: "Quay" });
  const sale = { customer_id: customer.id, name: "Pier", amount: "100", currency: "USD", source_campaign_id: top.id };
  const { data: sold } = await admin.createOpportunity(sale);
  await admin.winOpportunity({ id: sold.id });
  await app.settle();
  await admin.getCampaignPerformance({ id: top.id });
  await admin.getCampaignHierarchy({ id: other.id });
  await attribute(admin, below.id, customer.id);
  await app.settle();
  await admin.getCampaignAttribution({});
  await admin.getCampaignAttribution({ group_by: "channel" });
  for (const client of [admin, owner.client]) await client.listCampaignConversions({ id: below.id });
  await admin.compareCampaigns({ status: "PLANNING" });
  await owner.client.getCampaignHierarchy({ id: below.id });
}

/** Touches of the person of an opportunity, of the contacts of an order's customer, and of merged persons. */
async function attribute(admin: Tenant["admin"], campaign_id: string, customer_id: string): Promise<void> {
  const createContact = async (last_name: string) =>
    (await admin.createContact({ customer_id, last_name, email: `${last_name.toLowerCase()}@quay.example` })).data;
  const [contact, other] = [await createContact("Lund"), await createContact("Holm")];
  const sale = { customer_id, contact_id: contact.id, name: "Pier", amount: "100", currency: "USD" };
  const { data: sold } = await admin.createOpportunity(sale);
  await admin.winOpportunity({ id: sold.id });
  const line_items = [{ name: "Plank", quantity: "1", unit_price: "9.00" }];
  const { data: order } = await admin.createOrder({ customer_id, currency: "USD", status: "CONFIRMED", line_items });
  const person = String(contact.personal_key_id);
  await admin.createJourneyEntry({ id: person, interaction_type: "visit", campaign_id });
  const call = { personal_key_id: person, interaction_type_id: "call", campaign_id, channel: "phone" };
  await admin.createInteraction(call);
  await admin.mergePersons({ id: person, merged_id: String(other.personal_key_id) });
  await admin.createOrderPayment({ id: order.id, amount: "9" });
  await admin.reopenOpportunity({ id: sold.id, reason: "More" });
}
