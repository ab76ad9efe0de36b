import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  parseData,
  sendAs,
  type World,
} from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    pre_order: async ({ tenant, id }) => {
      const line = { name: "Boat", unit_price: "10", is_preorder: true };
      const order = { customer_id: await id("customer"), line_items: [line], status: "CONFIRMED" };
      const { data } = await tenant.admin.createOrder(order);
      return String(data.line_items[0]?.pre_order_id);
    },
    pre_order_allocation: async ({ tenant, id }) => {
      const input = { product_id: await id("product"), quantity: "1", method: "FIRST_COME" };
      return (await tenant.admin.createPreOrderAllocation(input)).data.id;
    },
  },
  inputs: {
    createOrderPreOrder: async (app, world) => {
      const order = await createOrder(app, world, { name: `${world.seeds.mark} oar`, unit_price: "10" });
      return { ...generateInput(world, "createOrderPreOrder"), id: order.id, line_id: order.line_items[0]?.id };
    },
    updatePreOrder: async (app, world) => ({
      ...generateInput(world, "updatePreOrder"),
      id: await createPreOrder(app, world),
      status: undefined,
    }),
    releasePreOrder: async (app, world) => ({ id: await createPreOrder(app, world), reason: world.seeds.mark }),
    holdPreOrder: async (app, world) => ({ id: await createPreOrder(app, world), reason: world.seeds.mark }),
    listPreOrderAllocations: async () => ({ method: "FIRST_COME" }),
    queryPreOrderAllocations: async () => ({ method: "FIRST_COME" }),
    createPreOrderAllocation: async (_, world) => ({
      ...generateInput(world, "createPreOrderAllocation"),
      method: "FIRST_COME",
      items: undefined,
    }),
  },
  targets: { "/pre-orders": createPreOrder, "/pre-orders/allocations": createAllocation },
};

const generateInput = ({ seeds }: World, name: string): Input => generateValue(inputSchema(findOperation(name)), seeds) as Input;

interface CreatedOrder {
  id: string;
  line_items: readonly { id: string; pre_order_id: string | null }[];
}

async function createOrder(app: App, { tenant, seeds }: World, line: object): Promise<CreatedOrder> {
  const { data: customer } = await tenant.admin.createCustomer({ name: `${seeds.mark}-buyer` });
  const input = { customer_id: customer.id, status: "CONFIRMED", line_items: [line] };
  return parseData<CreatedOrder>(await sendAs(app, tenant.token, findOperation("createOrder"), input));
}

async function createPreOrder(app: App, world: World): Promise<string> {
  const line = { name: `${world.seeds.mark} sail`, unit_price: "10", is_preorder: true, preorder_notes: world.seeds.mark };
  return String((await createOrder(app, world, line)).line_items[0]?.pre_order_id);
}

async function createAllocation(app: App, { tenant, seeds }: World): Promise<string> {
  const { data: product } = await tenant.admin.createProduct({ name: `${seeds.mark}-product` });
  const input = { product_id: product.id, quantity: "1", method: "FIRST_COME", notes: seeds.mark };
  return String(parseData(await sendAs(app, tenant.token, findOperation("createPreOrderAllocation"), input)).id);
}
