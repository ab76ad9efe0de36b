import { attribute, attributionModels, buildJourney, type Touch } from "@crm/core/engagement/campaign/attribution.rules.ts";
import { Money } from "@crm/core/kernel/money.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";

/** The report after random touches, sales and merges equals a slow recount over all records. */

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
});
afterAll(() => app.stop());

const DAY_MS = 24 * 60 * 60 * 1000;
const random = createTestRandom("attribution-recount");
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
const now = Date.now();

/** Keeps what was done, as plain values. */
const journal = {
  campaigns: [] as string[],
  buyers: [] as { customer: string; contact: string; person: string }[],
  touches: [] as Touch[],
  /** The person into which one was merged. */
  mergedInto: new Map<string, string>(),
  windowDays: 90,
};

const resolve = (person: string): string => {
  const into = journal.mergedInto.get(person);
  return into === undefined ? person : resolve(into);
};

async function addBuyer(): Promise<void> {
  const { data: customer } = await tenant.admin.createCustomer({ name: "Lagoon Charter" });
  const email = `recount${journal.buyers.length}@mail.example`;
  const { data } = await tenant.admin.createContact({ customer_id: customer.id, last_name: "Ito", email });
  journal.buyers.push({ customer: customer.id, contact: data.id, person: data.personal_key_id as string });
}

const steps: readonly (() => Promise<void>)[] = [
  async function touch() {
    const { person } = pick(journal.buyers);
    // Few instants, so that some touches are one and some are late.
    const at = new Date(now - Math.floor(random() * 12) * 10 * DAY_MS - Math.floor(random() * 4) * 20 * 60_000).toISOString();
    const [campaign_id, channel, source] = [pick(journal.campaigns), pick(["website", null]), pick(["google", "bing", null])];
    const step = { interaction_type: "visit", occurred_at: at, campaign_id, channel_id: channel, source };
    const { data } = await tenant.admin.createJourneyEntry({ id: person, ...step });
    const { id, channel_id } = data as { id: string; channel_id: string | null };
    journal.touches.push({ id, at, cause: null, campaign_id, channel: channel_id, source, person_id: person });
  },
  async function forgetTouch() {
    const touch = pick(journal.touches);
    if (!touch) return;
    await tenant.admin.deleteJourneyEntry({ id: touch.id });
    journal.touches = journal.touches.filter(({ id }) => id !== touch.id);
  },
  async function sell() {
    const { customer, contact } = pick(journal.buyers);
    const amount = `${Math.floor(random() * 100)}.${Math.floor(random() * 90) + 10}`;
    const input = { name: "Fleet", customer_id: customer, contact_id: contact, amount, currency: "EUR" };
    const { data } = await tenant.admin.createOpportunity(input);
    await tenant.admin.winOpportunity({ id: data.id });
    if (random() < 0.3) await tenant.admin.reopenOpportunity({ id: data.id, reason: "They called" });
    if (random() < 0.3) {
      const lines = [{ name: "Kayak", quantity: "3", unit_price: "33.35" }];
      const order = { opportunity_id: data.id, contact_id: contact, currency: "EUR", status: "CONFIRMED", line_items: lines };
      const { data: ordered } = await tenant.admin.createOrder(order);
      await tenant.admin.createOrderPayment({ id: ordered.id, amount: pick(["100.05", "0.01"]) });
    }
  },
  async function merge() {
    const [a, b] = [pick(journal.buyers), pick(journal.buyers)].map(({ person }) => person);
    if (!a || !b || a === b || journal.mergedInto.size > 0) return;
    await tenant.admin.mergePersons({ id: a, merged_id: b });
    journal.mergedInto.set(b, a);
  },
  async function separate() {
    for (const [merged_id, id] of journal.mergedInto) await tenant.admin.unmergePersons({ id, merged_id });
    journal.mergedInto.clear();
  },
  async function changeWindow() {
    journal.windowDays = pick([20, 90, 365]);
    await tenant.admin.updateTenant({ settings: { attribution_window_days: journal.windowDays } });
  },
  () => app.settle(),
];

interface Sale {
  value: string;
  convertedAt: string;
  persons: readonly string[];
}

/** Reads all sales: confirmed orders, and won opportunities without one. */
async function listSales(): Promise<Sale[]> {
  const { data: opportunities } = await tenant.admin.listOpportunities({ limit: 100 });
  const { data: orders } = await tenant.admin.listOrders({ limit: 100 });
  const sales: Sale[] = [];
  const buyerByContact = new Map(journal.buyers.map(({ contact, person }) => [contact, person]));
  const personsFor = (contact: unknown) => [...new Set([buyerByContact.get(String(contact)) ?? ""].map(resolve))];
  for (const { id } of orders) {
    const { data } = await tenant.admin.getOrder({ id });
    const { confirmed_at, contact_id, net_payment } = data as Record<string, unknown> & typeof data;
    sales.push({ value: String(net_payment), convertedAt: String(confirmed_at), persons: personsFor(contact_id) });
  }
  for (const { id } of opportunities) {
    const { data } = await tenant.admin.getOpportunity({ id });
    const { is_won, closed_date, amount, contact_id } = data as Record<string, unknown> & typeof data;
    if (!is_won || orders.some(({ opportunity_id }) => opportunity_id === id)) continue;
    const convertedAt = new Date(Date.parse(`${closed_date}T00:00:00Z`) + DAY_MS - 1).toISOString();
    sales.push({ value: String(amount), convertedAt, persons: personsFor(contact_id) });
  }
  return sales;
}

it("equals a recount over all records, by each model and group", async () => {
  for (const name of ["Spring", "Autumn"])
    journal.campaigns.push((await tenant.admin.createCampaign({ name, type: "EVENT", start_date: "2026-04-01" })).data.id);
  for (let n = 0; n < 3; n++) await addBuyer();
  const [touch, , sell] = steps;
  for (let n = 0; n < 6; n++) await touch?.();
  await sell?.();
  for (let n = 0; n < 40; n++) await pick(steps)();
  await app.settle();

  const sales = await listSales();
  expect(sales.length).toBeGreaterThan(0);
  const cents = (amount: string): bigint => Money.toMinor(Money.convert(amount, 1, 2));
  const total = sales.reduce((sum, { value }) => sum + cents(value), 0n);
  const readers = {
    campaign: ({ campaign_id }: Touch) => campaign_id,
    channel: ({ channel }: Touch) => channel,
    source: ({ source }: Touch) => source,
  };
  for (const model of attributionModels)
    for (const [group_by, read] of Object.entries(readers)) {
      const expected = new Map<string | null, bigint>();
      let unattributed = 0n;
      for (const { value, convertedAt, persons } of sales) {
        const records = journal.touches
          .map((record) => ({ ...record, person_id: resolve(record.person_id) }))
          .filter(({ person_id }) => persons.includes(person_id));
        const journey = buildJourney(records, { convertedAt, windowDays: journal.windowDays });
        const shares = attribute(model, journey, cents(value), convertedAt);
        expect(shares.reduce((sum, { amount }) => sum + amount, 0n)).toBe(journey.length > 0 ? cents(value) : 0n);
        if (journey.length === 0) unattributed += cents(value);
        for (const [index, record] of journey.entries())
          expected.set(read(record), (expected.get(read(record)) ?? 0n) + (shares[index]?.amount ?? 0n));
      }
      const { data: report } = await tenant.admin.getCampaignAttribution({ model, group_by });
      const label = `${model} by ${group_by}`;
      const rows = report.rows.map(({ key, revenue }) => [key, cents(revenue)] as const).filter(([, amount]) => amount !== 0n);
      expect(new Map(rows), label).toEqual(new Map([...expected].filter(([, amount]) => amount !== 0n)));
      expect(cents(report.unattributed.revenue), label).toBe(unattributed);
      expect([cents(report.total.revenue), report.total.conversions], label).toEqual([total, sales.length]);
    }
});
