import type { App } from "@crm/local/app.ts";
import { addUser, signUp } from "../support/app.ts";

/** A tree of campaigns that start and end by their dates, with sales in another currency, for the test of the functions' permissions. */
export async function runCampaigns(app: App): Promise<void> {
  const tenant = await signUp(app, { visibility: "own" });
  const { admin } = tenant;
  const owner = await addUser(app, tenant, "MARKETER");
  const start_date = new Date().toISOString().slice(0, 10);
  const input = { name: "Fair", type: "EVENT", status: "PLANNING", start_date, end_date: start_date, follows_dates: true };
  const { data: top } = await admin.createCampaign({ ...input, currency: "EUR" } as never);
  const { data: below } = await admin.createCampaign({ ...input, parent_campaign_id: top.id, owner_id: owner.id } as never);
  const { data: other } = await admin.createCampaign({ ...input, name: "Mailing" } as never);
  await admin.updateCampaign({ id: other.id, parent_campaign_id: below.id } as never);
  const { data: customer } = await admin.createCustomer({ name: "Quay" } as never);
  const sale = { customer_id: customer.id, name: "Pier", amount: "100", currency: "USD", source_campaign_id: top.id };
  const { data: sold } = await admin.createOpportunity(sale as never);
  await admin.winOpportunity({ id: sold.id } as never);
  await app.settle();
  await admin.getCampaignPerformance({ id: top.id } as never);
  await admin.getCampaignHierarchy({ id: other.id } as never);
  await admin.compareCampaigns({ status: "PLANNING" } as never);
  await owner.client.getCampaignHierarchy({ id: below.id } as never);
}
