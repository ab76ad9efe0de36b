import type { App } from "@crm/local/app.ts";
import { createForm, sendToForm } from "../sales/web-form/form-client.ts";
import { addUser, newLead, signUp } from "../support/app.ts";

/** The members of campaigns, for the test of the functions' permissions. */
export async function runCampaignMembers(app: App): Promise<void> {
  const tenant = await signUp(app, { visibility: "own" });
  const { admin } = tenant;
  const marketer = await addUser(app, tenant, "MARKETER");
  const { data: campaign } = await marketer.client.createCampaign({
    ...{ name: "Fair", type: "EVENT", start_date: "2026-04-01" },
  });
  const createLead = async (n: number) =>
    (await marketer.client.createLead(newLead({ email: `fair${n}@yard.example`, phone: null, company: "Fair" }))).data;
  const [first, second] = [await createLead(1), await createLead(2)];
  const { data: yard } = await marketer.client.createCustomer({ customer_type: "BUSINESS", name: "Fair Yard" });
  const { data: contact } = await marketer.client.createContact({
    ...{ customer_id: yard.id, first_name: "Ida", last_name: "Lund" },
  });
  const { data: list } = await admin.createContactList({ name: "Fair" });
  const { data: segment } = await admin.createSegment({ name: "Fair" });
  await admin.changeContactListMembers({ id: list.id, add: [contact.id] });
  await admin.changeSegmentMembers({ id: segment.id, add: [yard.id] });
  await app.settle();
  const { id } = campaign;
  for (const audience of [{ contact_list_id: list.id }, { segment_id: segment.id }, { lead_filter: { company: "Fair" } }])
    for (const client of [marketer.client, admin]) await client.fillCampaign({ id, ...audience });
  await app.settle();
  for (const { personal_key_id } of [first, second])
    await admin.createInteraction({ personal_key_id, interaction_type_id: "meeting", campaign_id: id });
  const form = await createForm(tenant, { campaign_id: id });
  await sendToForm(app, `/forms/${form.key}`, { body: { email: "new@yard.example", first_name: "Ada", last_name: "Lund" } });
  const open = await createForm(tenant, { makes_lead: true });
  const visitor = { email: "visitor@yard.example", first_name: "Ida", last_name: "Lund", utm_campaign: campaign.campaign_number };
  await sendToForm(app, `/forms/${open.key}`, { body: visitor });
  const deal = { name: "Boat", customer_id: yard.id, amount: "10.00", currency: "USD", source_campaign_id: id };
  await admin.winOpportunity({ id: (await admin.createOpportunity(deal)).data.id });
  await app.settle();
  const persons = { id: first.personal_key_id, merged_id: second.personal_key_id };
  await admin.mergePersons(persons);
  await app.settle();
  await admin.setPreferences({ id: persons.id, preferences: [{ channel: "email", consent: "REFUSED" }] });
  await admin.unmergePersons(persons);
  await app.settle();
}
