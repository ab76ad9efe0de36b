import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deliverToSubscriber, recordPublishedEvents, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

/** Sales convert members, and take their conversions back when they are undone. */

let app: App;
let tenant: Tenant;
let events: readonly DomainEvent[];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
  events = recordPublishedEvents(app);
});
afterAll(() => app.stop());

let count = 0;
const createCampaign = async (): Promise<string> =>
  (await tenant.admin.createCampaign({ name: `Fair ${++count}`, type: "EMAIL", start_date: "2026-04-01" })).data.id;

async function createBuyer() {
  const { data: customer } = await tenant.admin.createCustomer({ name: "Lagoon Charter" });
  const contact = { customer_id: customer.id, last_name: "Ito", email: `buyer${++count}@mail.example` };
  const { data } = await tenant.admin.createContact(contact);
  return { customer_id: customer.id, contact_id: data.id, person: data.personal_key_id as string };
}
type Buyer = Awaited<ReturnType<typeof createBuyer>>;

async function win({ customer_id, contact_id }: Buyer, source_campaign_id: string | null): Promise<string> {
  const sale = { name: "Fleet", customer_id, contact_id, amount: "100.00", currency: "EUR", source_campaign_id };
  const { data } = await tenant.admin.createOpportunity(sale);
  await tenant.admin.winOpportunity({ id: data.id });
  return data.id;
}

async function order(input: object): Promise<string> {
  const lines = [{ name: "Kayak", quantity: "1", unit_price: "90.00" }];
  return (await tenant.admin.createOrder({ currency: "EUR", status: "CONFIRMED", line_items: lines, ...input })).data.id;
}

const addMember = async (id: string, person_id: string): Promise<string> =>
  (await tenant.admin.addCampaignMember({ id, person_id })).data.id;

async function readMember(id: string) {
  await app.settle();
  const { data } = await tenant.admin.getCampaignMember({ id });
  const { status, responded_at, converted_at, converted_opportunity_id, converted_order_id } = data;
  return { status, responded_at, converted_at, converted_opportunity_id, converted_order_id };
}

const listPurchases = async (id: string) =>
  (await tenant.admin.listCampaignResponses({ id, kind: "PURCHASED" })).data.map(({ source }) => source);

const unconverted = { converted_at: null, converted_opportunity_id: null, converted_order_id: null };

describe("a sale that is undone", () => {
  it("takes the conversion back, and gives it again", async () => {
    const campaign = await createCampaign();
    const buyer = await createBuyer();
    const member = await addMember(campaign, buyer.person);
    const { data: call } = await tenant.admin.recordCampaignResponse({
      ...{ id: campaign, member_id: member, kind: "CALLED", source: "call" },
    });
    const sale = await win(buyer, campaign);
    const converted = await readMember(member);
    expect(converted).toMatchObject({ status: "CONVERTED", converted_opportunity_id: sale, responded_at: call.occurred_at });
    const responded = { status: "RESPONDED", responded_at: call.occurred_at, ...unconverted };

    await tenant.admin.reopenOpportunity({ id: sale, reason: "They called" });
    expect(await readMember(member)).toEqual(responded);
    expect(await listPurchases(campaign)).toEqual([]);
    await tenant.admin.winOpportunity({ id: sale });
    expect(await readMember(member)).toMatchObject({ status: "CONVERTED", converted_opportunity_id: sale });
    await tenant.admin.deleteOpportunity({ id: sale });
    expect(await readMember(member)).toEqual(responded);
    await tenant.admin.restoreOpportunity({ id: sale });
    expect(await readMember(member)).toMatchObject({ status: "CONVERTED", converted_opportunity_id: sale });
    expect(await listPurchases(campaign)).toEqual([sale]);
  });

  it("converts the member of another campaign when its source changes", async () => {
    const [from, to] = [await createCampaign(), await createCampaign()];
    const buyer = await createBuyer();
    const [left, right] = [await addMember(from, buyer.person), await addMember(to, buyer.person)];
    const sale = await win(buyer, from);
    const first = await readMember(left);
    await tenant.admin.updateOpportunity({ id: sale, source_campaign_id: to });
    expect(await readMember(left)).toEqual({ status: "ADDED", responded_at: null, ...unconverted });
    expect(await readMember(right)).toEqual(first);
    expect([await listPurchases(from), await listPurchases(to)]).toEqual([[], [sale]]);
    await tenant.admin.updateOpportunity({ id: sale, source_campaign_id: null });
    expect(await readMember(right)).toMatchObject({ status: "ADDED", ...unconverted });
  });

  it("leaves the conversion by the next sale, by an order, and by a user", async () => {
    const campaign = await createCampaign();
    const buyer = await createBuyer();
    const member = await addMember(campaign, buyer.person);
    const [first, second] = [await win(buyer, campaign), await win(buyer, campaign)];
    expect(await readMember(member)).toMatchObject({ converted_opportunity_id: first });
    const ordered = await order({ opportunity_id: first });
    expect(await readMember(member)).toMatchObject({ converted_opportunity_id: first, converted_order_id: ordered });
    // A cancelled order leaves its won opportunity.
    await tenant.admin.cancelOrder({ id: ordered, reason: "Too late" });
    expect(await readMember(member)).toMatchObject({ converted_opportunity_id: first, converted_order_id: null });
    await tenant.admin.reopenOpportunity({ id: first, reason: "They called" });
    expect(await readMember(member)).toMatchObject({ status: "CONVERTED", converted_opportunity_id: second });
    const { customer_id, contact_id } = buyer;
    const direct = await order({ customer_id, contact_id, campaign_id: campaign });
    await tenant.admin.reopenOpportunity({ id: second, reason: "They called" });
    expect(await readMember(member)).toMatchObject({ converted_opportunity_id: null, converted_order_id: direct });
    // A refund leaves the sale.
    await tenant.admin.createOrderPayment({ id: direct, amount: "90" });
    await tenant.admin.createOrderRefund({ id: direct, amount: "90", reason: "Broken" });
    expect(await readMember(member)).toMatchObject({ status: "CONVERTED", converted_order_id: direct });

    const byHand = await addMember(campaign, (await createBuyer()).person);
    await tenant.admin.updateCampaignMember({ id: byHand, status: "CONVERTED" });
    const { converted_at } = await readMember(byHand);
    expect(converted_at).not.toBeNull();
  });

  it("leads to the same members when its events come twice, late, and in any order", async () => {
    const random = createTestRandom("purchases");
    const campaign = await createCampaign();
    const buyers = [await createBuyer(), await createBuyer()] as const;
    const members = [await addMember(campaign, buyers[0].person), await addMember(campaign, buyers[1].person)];
    const begin = events.length;
    const sales = [await win(buyers[0], campaign), await win(buyers[0], campaign), await win(buyers[1], campaign)] as const;
    const ordered = await order({ opportunity_id: sales[0] });
    const cancelled = await order({ opportunity_id: sales[1] });
    await tenant.admin.cancelOrder({ id: cancelled, reason: "Too late" });
    await tenant.admin.reopenOpportunity({ id: sales[1], reason: "They called" });
    await tenant.admin.reopenOpportunity({ id: sales[2], reason: "They called" });
    const read = async () => [
      ...(await Promise.all(members.map(readMember))),
      (await listPurchases(campaign)).sort(),
      (await tenant.admin.getCampaignPerformance({ id: campaign })).data.own.converted_count,
    ];
    const state = await read();
    expect(state).toEqual([
      expect.objectContaining({ converted_opportunity_id: sales[0], converted_order_id: ordered }),
      { status: "ADDED", responded_at: null, ...unconverted },
      [sales[0]],
      1,
    ]);
    const late = events.slice(begin).filter(({ type }) => /^(?:opportunity|order)[.](?:created|updated)$/.test(type));
    for (const event of [...late, ...late].sort(() => random() - 0.5)) await deliverToSubscriber(app, "campaigns", event);
    expect(await read()).toEqual(state);
  });
});

describe("two persons who are separated", () => {
  it("have the instants of their own responses, messages and sales", async () => {
    const campaign = await createCampaign();
    const [kept, gone] = [await createBuyer(), await createBuyer()];
    const [member, other] = [await addMember(campaign, kept.person), await addMember(campaign, gone.person)];
    const respond = (member_id: string, kind: string, at: string) =>
      tenant.admin.recordCampaignResponse({ id: campaign, member_id, kind, source: `${kind} ${member_id}`, at });
    await respond(other, "OPENED", "2026-05-01T09:00:00.000Z");
    await respond(member, "OPENED", "2026-05-02T09:00:00.000Z");
    await respond(other, "CALLED", "2026-05-03T09:00:00.000Z");
    await tenant.admin.updateCampaignMember({ id: other, status: "BOUNCED" });
    const sale = await win(gone, campaign);
    await app.settle();
    const read = async (id: string) => (await tenant.admin.getCampaignMember({ id })).data;
    const [before, otherBefore] = [await read(member), await read(other)];
    const pair = { id: kept.person, merged_id: gone.person };
    await tenant.admin.mergePersons(pair);
    await app.settle();
    expect(await read(member)).toMatchObject({
      ...{ opened_at: "2026-05-01T09:00:00.000Z", converted_opportunity_id: sale, is_active: false },
      responded_at: "2026-05-03T09:00:00.000Z",
    });
    // A second sale of the other person while they are one.
    const second = await win(gone, campaign);
    await app.settle();
    await tenant.admin.reopenOpportunity({ id: sale, reason: "They called" });
    await app.settle();
    expect(await read(member)).toMatchObject({ status: "CONVERTED", converted_opportunity_id: second });
    await tenant.admin.unmergePersons(pair);
    await app.settle();
    const stripped = ({ version: _v, updated_at: _u, updated_by: _b, links: _l, ...fields }: Awaited<ReturnType<typeof read>>) =>
      fields;
    expect(stripped(await read(member))).toEqual(stripped(before));
    expect(await read(other)).toMatchObject({
      ...{ opened_at: otherBefore.opened_at, responded_at: otherBefore.responded_at, bounced_at: otherBefore.bounced_at },
      ...{ status: "CONVERTED", converted_opportunity_id: second, personal_key_id: gone.person },
    });
    expect(await listPurchases(campaign)).toEqual([second]);
  });
});
