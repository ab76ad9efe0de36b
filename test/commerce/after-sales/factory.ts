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
    after_sales_case: async ({ tenant, id }) => {
      const order = { customer_id: await id("customer"), line_items: [{ name: "Boat", unit_price: "10" }], status: "CONFIRMED" };
      const { data } = await tenant.admin.createOrder(order);
      return (await tenant.admin.createAfterSalesCase({ order_id: data.id, case_type: "COMPLAINT" })).data.id;
    },
  },
  inputs: {
    createAfterSalesCase: async (app, world) => {
      const { id: order_id, line_id } = await createDeliveredOrder(app, world);
      const input = caseInput(world, "createAfterSalesCase", line_id);
      return { ...input, order_id, contact_id: undefined, case_type: "COMPLAINT", items: undefined };
    },
    getAfterSalesFigures: async (app, world) => ({ product_id: await makeTarget(app, world, "/products") }),
    createOrderAfterSalesCase: async (app, world) => {
      const { id, line_id } = await createDeliveredOrder(app, world);
      return { ...caseInput(world, "createOrderAfterSalesCase", line_id), id };
    },
    updateAfterSalesCase: async (app, world) => ({
      ...(generateValue(inputSchema(findOperation("updateAfterSalesCase")), world.seeds) as Input),
      id: (await openCase(app, world)).id,
      status: undefined,
    }),
    approveAfterSalesCase: async (app, world) => ({ id: (await openCase(app, world)).id, message: world.seeds.mark }),
    cancelAfterSalesCase: async (app, world) => ({ id: (await openCase(app, world)).id }),
    rejectAfterSalesCase: async (app, world) => ({ id: (await openCase(app, world)).id, reason: world.seeds.mark }),
    receiveAfterSalesCase: async (app, world) => ({ id: (await openCase(app, world, ["approve"])).id }),
    inspectAfterSalesCase: async (app, world) => {
      const { id, line_id } = await openCase(app, world, ["approve", "receive"]);
      return { id, items: [{ line_id, accepted_quantity: "1", notes: world.seeds.mark }] };
    },
    resolveAfterSalesCase: async (app, world) => ({
      id: (await openCase(app, world, ["approve", "receive"])).id,
      resolution: "CREDIT",
      amount: "1.00",
      message: world.seeds.mark,
    }),
  },
  targets: { "/after-sales": async (app, world) => (await openCase(app, world)).id },
};

const caseInput = ({ seeds }: World, name: string, line_id: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), seeds) as Input),
  ticket_id: undefined,
  items: [{ line_id, quantity: "1" }],
});

async function createDeliveredOrder(app: App, world: World): Promise<{ id: string; line_id: string }> {
  const id = await makeTarget(app, world, "/orders");
  const { admin } = world.tenant;
  await admin.confirmOrder({ id });
  const { data: parcel } = await admin.createOrderFulfilment({ id });
  await admin.deliverOrderFulfilment({ id, fulfilment_id: parcel.id });
  return { id, line_id: String((await admin.getOrder({ id })).data.line_items[0]?.id) };
}

async function openCase(app: App, world: World, steps: readonly ("approve" | "receive")[] = []) {
  const { id: order_id, line_id } = await createDeliveredOrder(app, world);
  const input = { order_id, case_type: "RETURN", items: [{ line_id, quantity: "1" }], details: world.seeds.mark };
  const { id } = parseData(await sendAs(app, world.tenant.token, findOperation("createAfterSalesCase"), input));
  for (const step of steps) {
    const name = step === "approve" ? "approveAfterSalesCase" : "receiveAfterSalesCase";
    parseData(await sendAs(app, world.tenant.token, findOperation(name), { id }));
  }
  return { id: String(id), line_id };
}
