import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  type World,
} from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    product: async ({ tenant, mark }) =>
      (await tenant.admin.createProduct({ name: `${mark} product`, unit_price: "10.00" })).data.id,
    price_book: async ({ tenant, mark }) => (await tenant.admin.createPriceBook({ name: `${mark} book` })).data.id,
  },
  inputs: {
    createPriceBookEntry: async (app, world) => ({
      ...(generateValue(inputSchema(findOperation("createPriceBookEntry")), world.seeds) as Input),
      id: await makeTarget(app, world, "/price-books"),
    }),
    getPriceBookEntry: (app, world) => priceBookEntryInput(app, world),
    replacePriceBookEntry: async (app, world) => ({
      ...(generateValue(inputSchema(findOperation("replacePriceBookEntry")), world.seeds) as Input),
      ...(await priceBookEntryInput(app, world)),
    }),
    updatePriceBookEntry: async (app, world) => ({ ...(await priceBookEntryInput(app, world)), unit_price: "9.00" }),
    deletePriceBookEntry: (app, world) => priceBookEntryInput(app, world),
  },
};

/** Creates the product's price in a new price book. */
async function priceBookEntryInput(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/price-books");
  const product_id = String(world.seeds.ids.product);
  const { data } = await world.tenant.admin.createPriceBookEntry({ id, product_id, unit_price: "8.00" });
  return { id, entry_id: data.id };
}
