import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  nextAddress,
  parseData,
  sendAs,
  type World,
} from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    quote: async ({ tenant, mark, id }) => {
      const line_items = [{ description: `${mark} work`, unit_price: "10.00" }];
      const quote = { name: `${mark} quote`, customer_id: await id("customer"), line_items };
      return (await tenant.admin.createQuote(quote)).data.id;
    },
    pricing_rule: async ({ tenant, mark }) => {
      const rule = { name: `${mark} rule`, effect: "PERCENT", percent: "1", is_active: false };
      return (await tenant.admin.createPricingRule(rule)).data.id;
    },
    quote_template: async ({ tenant, mark }) => (await tenant.admin.createQuoteTemplate({ name: `${mark} template` })).data.id,
  },
  inputs: {
    createQuote: async (_, world) => quoteInput(world, "createQuote"),
    replaceQuote: async (app, world) => ({ ...quoteInput(world, "replaceQuote"), id: await makeTarget(app, world, "/quotes") }),
    updateQuote: async (app, world) => ({ ...quoteInput(world, "updateQuote"), id: await makeTarget(app, world, "/quotes") }),
    replaceQuoteLine: async (app, world) => ({
      ...(await quoteLineInput(app, world)),
      description: world.seeds.mark,
      unit_price: "5",
    }),
    removeQuoteLine: (app, world) => quoteLineInput(app, world),
    sendQuote: async (app, world) => ({ ...(await createQuoteAfter(app, world, "submitQuote")), to: nextAddress("buyer") }),
    readQuoteOffer: (app, world) => createQuoteAfter(app, world, "submitQuote", "sendQuote"),
    revokeQuoteLinks: (app, world) => createQuoteAfter(app, world, "submitQuote", "sendQuote"),
    presentQuote: (app, world) => createQuoteAfter(app, world, "submitQuote", "sendQuote"),
    acceptQuote: async (app, world) => ({
      ...(await createQuoteAfter(app, world, "submitQuote", "sendQuote")),
      signed_by: "Ada",
    }),
    rejectQuote: async (app, world) => ({
      ...(await createQuoteAfter(app, world, "submitQuote", "sendQuote")),
      reason: world.seeds.mark,
    }),
    requestQuoteSignature: async (app, world) => ({
      ...(await createQuoteAfter(app, world, "submitQuote")),
      ...signersInput(world),
    }),
    convertQuote: async (app, world) => ({
      ...(await createQuoteAfter(app, world, "submitQuote", "sendQuote", "acceptQuote")),
      ...{ to: "order", reference: world.seeds.mark },
    }),
    compareQuotes: async (app, world) => {
      const { id } = await createQuoteAfter(app, world);
      return { id, with: id };
    },
    createPricingRule: async (_, world) => pricingRuleInput(world, "createPricingRule"),
    replacePricingRule: async (app, world) => ({
      ...pricingRuleInput(world, "replacePricingRule"),
      id: await makeTarget(app, world, "/quotes/pricing-rules"),
    }),
    updatePricingRule: async (app, world) => ({
      ...pricingRuleInput(world, "updatePricingRule"),
      id: await makeTarget(app, world, "/quotes/pricing-rules"),
    }),
    previewPrices: async (_, { seeds: fillings }) => ({ line_items: [{ product_id: fillings.ids.product, quantity: "2" }] }),
  },
};

const quoteInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  opportunity_id: undefined,
  fixed_discount: undefined,
  quote_date: undefined,
  requires_signature: false,
  expiration_date: "2099-12-31",
  discount_percent: "5",
  line_items: [{ description: `${fillings.mark}-line`, quantity: "2", unit_price: "10.00" }],
});

/** A rule that does not change the prices of other tests. */
const pricingRuleInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  effect: "PERCENT",
  percent: "1",
  amount: undefined,
  currency: undefined,
  valid_from: undefined,
  is_active: false,
});

/** Creates a quote with a line. */
async function quoteLineInput(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/quotes");
  const { line_items } = (await world.tenant.admin.getQuote({ id })).data;
  return { id, line_id: line_items[0]?.id };
}

/** Creates a quote and runs the given operations on it. */
export async function createQuoteAfter(app: App, world: World, ...done: readonly string[]): Promise<Input> {
  const id = await makeTarget(app, world, "/quotes");
  const said: Record<string, Input> = { acceptQuote: { signed_by: "Ada" }, sendQuote: { to: nextAddress("buyer") } };
  for (const name of done) parseData(await sendAs(app, world.tenant.token, findOperation(name), { id, ...said[name] }));
  return { id };
}

export const signersInput = ({ seeds: { mark } }: World): Input => ({ signers: [{ name: mark, email: nextAddress("signer") }] });
