import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  parseData,
  sendAs,
  type World,
} from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    deal: async ({ tenant, mark, id }) =>
      (await tenant.admin.createDeal({ name: `${mark} deal`, customer_id: await id("customer") })).data.id,
  },
  inputs: {
    createDeal: async (_, world) => dealInput(world, "createDeal"),
    replaceDeal: async (app, world) => ({ ...dealInput(world, "replaceDeal"), id: await makeTarget(app, world, "/deals") }),
    updateDeal: async (app, world) => ({ ...dealInput(world, "updateDeal"), id: await makeTarget(app, world, "/deals") }),
    setDealStatus: async (app, world) => ({ id: await makeTarget(app, world, "/deals"), deal_status: "SIGNED" }),
    convertDeal: async (app, world) => ({ id: await makeTarget(app, world, "/deals"), to: "order" }),
    replaceDealItem: (app, world) => dealItemInput(app, world, "replaceDealItem"),
    removeDealItem: (app, world) => dealItemInput(app, world, "removeDealItem"),
  },
};

const dealInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  opportunity_id: undefined,
  deal_status: undefined,
});

/** Creates a deal with an item. */
async function dealItemInput(app: App, world: World, name: string): Promise<Input> {
  const id = await makeTarget(app, world, "/deals");
  const item = { id, name: `${world.seeds.mark}-item`, unit_price: "5.00" };
  const { items } = parseData(await sendAs(app, world.tenant.token, findOperation("addDealItem"), item)) as {
    items: { id: string }[];
  };
  return { ...(generateValue(inputSchema(findOperation(name)), world.seeds) as Input), id, item_id: items.at(-1)?.id };
}
