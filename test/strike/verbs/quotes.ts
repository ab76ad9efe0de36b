import { expect } from "vitest";
import { type Scene, verb } from "../harness.ts";

/** Quotes: what writes more than one record, and what follows from it. */

const line = { description: "Hull", quantity: "1", unit_price: "100.00" };
const signed = { signed_by: "Ada" };

/** Seconds after which a quote is over for which nobody has said another day. */
const MONTH = 32 * 24 * 60 * 60;

interface Subject {
  id: string;
  opportunity: string;
  /** Another open quote of the opportunity. */
  sibling: string;
}

async function quoted({ crm }: Scene): Promise<Subject> {
  const { data: customer } = await crm.createCustomer({ name: "Struck" });
  const { data: opportunity } = await crm.createOpportunity({
    name: "Struck",
    customer_id: customer.id,
    currency: "EUR",
  } as never);
  const quote = async () => (await crm.createQuote({ opportunity_id: opportunity.id, line_items: [line] } as never)).data.id;
  const [id, sibling] = [await quote(), await quote()];
  return { id, opportunity: opportunity.id, sibling };
}

async function offered(scene: Scene): Promise<Subject> {
  const subject = await quoted(scene);
  await scene.crm.submitQuote({ id: subject.id });
  await scene.crm.sendQuote({ id: subject.id, to: "buyer@mail.example" });
  return subject;
}

const get = async ({ crm }: Scene, id: string) => (await crm.getQuote({ id })).data;
const versionsOf = async ({ crm }: Scene, series: string) => (await crm.listQuotes({ series } as never)).data;

const accept = verb<Subject>({
  name: "acceptQuote",
  covers: { operations: ["acceptQuote"], subscribers: ["quote-siblings"] },
  prepare: offered,
  ask: ({ crm }, { id }, options) => crm.acceptQuote({ id, ...signed }, options),
  async check(scene, { id, opportunity, sibling }) {
    const { crm } = scene;
    const quote = await get(scene, id);
    expect(quote).toMatchObject({ status: "ACCEPTED", signed_by: "Ada" });
    expect((await crm.getOpportunity({ id: opportunity })).data).toMatchObject({ is_won: true, amount: "100.00" });
    const { data: deals } = await crm.listDeals({ opportunity } as never);
    expect(deals.map((deal) => deal.id)).toEqual([quote.deal_id]);
    expect((await get(scene, sibling)).status).toBe("REJECTED");
  },
});

const version = verb<Subject>({
  name: "createQuoteVersion",
  covers: { operations: ["createQuoteVersion"] },
  prepare: offered,
  ask: ({ crm }, { id }, options) => crm.createQuoteVersion({ id }, options),
  async check(scene, { id }) {
    const versions = await versionsOf(scene, id);
    expect(versions.map(({ version_number, is_primary }) => [version_number, is_primary])).toEqual([
      [2, true],
      [1, false],
    ]);
  },
});

const remove = verb<{ id: string; version: string }>({
  name: "deleteQuote",
  covers: { operations: ["deleteQuote"] },
  async prepare(scene) {
    const { id } = await offered(scene);
    return { id, version: (await scene.crm.createQuoteVersion({ id })).data.id };
  },
  ask: ({ crm }, { version: latest }, options) => crm.deleteQuote({ id: latest }, options),
  async check(scene, { id, version: latest }) {
    expect(await versionsOf(scene, id)).toMatchObject([{ id, is_primary: true }]);
    await expect(get(scene, latest)).rejects.toMatchObject({ status: 404 });
  },
});

/** One record each: done, or not at all. */
const lines = verb<Subject>({
  name: "addQuoteLine",
  covers: { operations: ["addQuoteLine", "createQuote"] },
  prepare: quoted,
  ask: ({ crm }, { id }, options) => crm.addQuoteLine({ id, ...line, description: "Rig" } as never, options),
  async check(scene, { id }) {
    const { line_items, total_amount } = await get(scene, id);
    expect(line_items.map(({ description }) => description)).toEqual(["Hull", "Rig"]);
    expect(total_amount).toBe("200.00");
  },
});

const convert = verb<Subject>({
  name: "convertQuote",
  covers: { operations: ["convertQuote"] },
  async prepare(scene) {
    const subject = await offered(scene);
    await scene.crm.acceptQuote({ id: subject.id, ...signed });
    return subject;
  },
  ask: ({ crm }, { id }, options) => crm.convertQuote({ id, to: "order", reference: "O-1" } as never, options),
  async check(scene, { id }) {
    expect(await get(scene, id)).toMatchObject({ is_converted_to_order: true, order_id: "O-1" });
  },
});

const expiry = verb<Subject>({
  name: "a quote that is over",
  covers: { subscribers: ["quote-expiry"], due: ["quote"] },
  prepare: offered,
  proceed: ({ line }) => line.pass(MONTH),
  by: (name) => name === "quote-expiry",
  async check(scene, { id }) {
    expect(await get(scene, id)).toMatchObject({ status: "EXPIRED" });
  },
});

export const quotes = [accept, version, remove, lines, convert, expiry];
