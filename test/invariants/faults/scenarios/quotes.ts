import { expect } from "vitest";
import { defineScenario, type Fixture } from "../harness.ts";

/** Quotes: operations that write more than one record, and their follow-up work. */

const line = { description: "Hull", quantity: "1", unit_price: "100.00" };
const signerInput = { signed_by: "Ada" };

/** Seconds after which a quote without an explicit date has expired. */
const MONTH_SECONDS = 32 * 24 * 60 * 60;

interface Subject {
  id: string;
  opportunity: string;
  /** Another open quote of the opportunity. */
  sibling: string;
}

async function createDraft({ crm }: Fixture): Promise<Subject> {
  const { data: customer } = await crm.createCustomer({ name: "Struck" });
  const { data: opportunity } = await crm.createOpportunity({
    name: "Struck",
    customer_id: customer.id,
    currency: "EUR",
  });
  const quote = async () => (await crm.createQuote({ opportunity_id: opportunity.id, line_items: [line] })).data.id;
  const [id, sibling] = [await quote(), await quote()];
  return { id, opportunity: opportunity.id, sibling };
}

async function createSentQuote(scene: Fixture): Promise<Subject> {
  const subject = await createDraft(scene);
  await scene.crm.submitQuote({ id: subject.id });
  await scene.crm.sendQuote({ id: subject.id, to: "buyer@mail.example" });
  return subject;
}

const get = async ({ crm }: Fixture, id: string) => (await crm.getQuote({ id })).data;
const listVersions = async ({ crm }: Fixture, series: string) => (await crm.listQuotes({ series })).data;

const accept = defineScenario<Subject>({
  name: "acceptQuote",
  covers: { operations: ["acceptQuote"], subscribers: ["quote-siblings"] },
  prepare: createSentQuote,
  ask: ({ crm }, { id }, options) => crm.acceptQuote({ id, ...signerInput }, options),
  async check(scene, { id, opportunity, sibling }) {
    const { crm } = scene;
    const quote = await get(scene, id);
    expect(quote).toMatchObject({ status: "ACCEPTED", signed_by: "Ada" });
    expect((await crm.getOpportunity({ id: opportunity })).data).toMatchObject({ is_won: true, amount: "100.00" });
    const { data: deals } = await crm.listDeals({ opportunity });
    expect(deals.map((deal) => deal.id)).toEqual([quote.deal_id]);
    expect((await get(scene, sibling)).status).toBe("REJECTED");
  },
});

const version = defineScenario<Subject>({
  name: "createQuoteVersion",
  covers: { operations: ["createQuoteVersion"] },
  prepare: createSentQuote,
  ask: ({ crm }, { id }, options) => crm.createQuoteVersion({ id }, options),
  async check(scene, { id }) {
    const versions = await listVersions(scene, id);
    expect(versions.map(({ version_number, is_primary }) => [version_number, is_primary])).toEqual([
      [2, true],
      [1, false],
    ]);
  },
});

const remove = defineScenario<{ id: string; version: string }>({
  name: "deleteQuote",
  covers: { operations: ["deleteQuote"] },
  async prepare(scene) {
    const { id } = await createSentQuote(scene);
    return { id, version: (await scene.crm.createQuoteVersion({ id })).data.id };
  },
  ask: ({ crm }, { version: latest }, options) => crm.deleteQuote({ id: latest }, options),
  async check(scene, { id, version: latest }) {
    expect(await listVersions(scene, id)).toMatchObject([{ id, is_primary: true }]);
    await expect(get(scene, latest)).rejects.toMatchObject({ status: 404 });
  },
});

/** The operations write one record: it is written completely or not at all. */
const lineAddition = defineScenario<Subject>({
  name: "addQuoteLine",
  covers: { operations: ["addQuoteLine", "createQuote"] },
  prepare: createDraft,
  ask: ({ crm }, { id }, options) => crm.addQuoteLine({ id, ...line, description: "Rig" }, options),
  async check(scene, { id }) {
    const { line_items, total_amount } = await get(scene, id);
    expect(line_items.map(({ description }) => description)).toEqual(["Hull", "Rig"]);
    expect(total_amount).toBe("200.00");
  },
});

const convert = defineScenario<Subject>({
  name: "convertQuote",
  covers: { operations: ["convertQuote"] },
  async prepare(scene) {
    const subject = await createSentQuote(scene);
    await scene.crm.acceptQuote({ id: subject.id, ...signerInput });
    return subject;
  },
  ask: ({ crm }, { id }, options) => crm.convertQuote({ id, to: "order", reference: "O-1" }, options),
  async check(scene, { id }) {
    expect(await get(scene, id)).toMatchObject({ is_converted_to_order: true, order_id: "O-1" });
  },
});

const expiry = defineScenario<Subject>({
  name: "a quote that is over",
  covers: { subscribers: ["quote-expiry"], due: ["quote"] },
  prepare: createSentQuote,
  proceed: ({ system: line }) => line.advance(MONTH_SECONDS),
  countsWrite: (name) => name === "quote-expiry",
  async check(scene, { id }) {
    expect(await get(scene, id)).toMatchObject({ status: "EXPIRED" });
  },
});

export const scenarios = [accept, version, remove, lineAddition, convert, expiry];
