import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  makeUpload,
  nextAddress,
  parseData,
  sendAs,
  type World,
} from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    order: async ({ tenant, mark, id }) => {
      const order = { customer_id: await id("customer"), line_items: [{ name: `${mark} boat`, unit_price: "10.00" }] };
      return (await tenant.admin.createOrder(order)).data.id;
    },
    fulfilment: async ({ tenant, id }) => {
      const order = { customer_id: await id("customer"), line_items: [{ name: "Boat", unit_price: "10" }], status: "CONFIRMED" };
      const { data } = await tenant.admin.createOrder(order);
      return (await tenant.admin.createOrderFulfilment({ id: data.id })).data.id;
    },
    payment: async ({ tenant, id }) => (await tenant.admin.createOrderPayment({ id: await id("order"), amount: "1" })).data.id,
    refund: async ({ tenant, id }) => {
      const order = await id("order");
      await tenant.admin.createOrderPayment({ id: order, amount: "1" });
      return (await tenant.admin.createOrderRefund({ id: order, amount: "1" })).data.id;
    },
  },
  inputs: {
    createOrder: async (_, world) => orderInput(world, "createOrder"),
    replaceOrder: async (app, world) => ({ ...orderInput(world, "replaceOrder"), id: await makeTarget(app, world, "/orders") }),
    updateOrder: async (app, world) => ({ ...orderInput(world, "updateOrder"), id: await makeTarget(app, world, "/orders") }),
    deleteOrder: async (app, world) => ({ id: await makeTarget(app, world, "/orders") }),
    addOrderLine: async (app, world) => lineInput(world, "addOrderLine", { id: await makeTarget(app, world, "/orders") }),
    replaceOrderLine: async (app, world) => lineInput(world, "replaceOrderLine", await readLine(app, world)),
    removeOrderLine: async (app, world) => readLine(app, world),
    importOrderItems: async (app, world) => {
      const { data: order } = await world.tenant.admin.getOrder({ id: await makeTarget(app, world, "/orders") });
      const file = ["order_number,name,quantity,unit_price", `${order.order_number},${world.seeds.mark} rack,2,5.00`].join("\n");
      return { upload_id: await makeUpload(app, world, file) };
    },
    confirmOrder: async (app, world) => ({ id: await makeTarget(app, world, "/orders") }),
    cancelOrder: async (app, world) => ({ id: await makeTarget(app, world, "/orders"), reason: world.seeds.mark }),
    completeOrder: async (app, world) => {
      const input = await sendFulfilment(app, world);
      await allowAnyInput(world.tenant.admin).deliverOrderFulfilment(input);
      return { id: input.id };
    },
    reviseOrder: async (app, world) => ({
      id: await createConfirmedOrder(app, world),
      reason: world.seeds.mark,
      line_items: [{ name: `${world.seeds.mark}-revised`, unit_price: "7.00" }],
    }),
    adjustOrder: async (app, world) => ({
      id: await createConfirmedOrder(app, world),
      amount: "1.00",
      reason: world.seeds.mark,
    }),
    acknowledgeOrderReview: async (app, world) => ({ id: await makeTarget(app, world, "/orders") }),
    replaceOrderInstalments: async (app, world) => ({
      id: await createConfirmedOrder(app, world),
      instalments: [{ due_date: "2099-12-31", amount: "20.00" }],
    }),
    createOrderPayment: async (app, world) => paymentInput(world, "createOrderPayment", await createConfirmedOrder(app, world)),
    createOrderRefund: async (app, world) => {
      const { order_id, id: payment_id } = await createPayment(app, world);
      return { ...paymentInput(world, "createOrderRefund", String(order_id)), payment_id };
    },
    updatePayment: async (app, world) => ({ ...(await editInput(app, world, "updatePayment")), status: undefined }),
    reversePayment: async (app, world) => ({ id: (await createPayment(app, world)).id, reason: world.seeds.mark }),
    updateRefund: async (app, world) => ({
      ...(generateValue(inputSchema(findOperation("updateRefund")), world.seeds) as Input),
      id: await makeTarget(app, world, "/refunds"),
      status: undefined,
    }),
    reverseRefund: async (app, world) => ({ id: await makeTarget(app, world, "/refunds"), reason: world.seeds.mark }),
    createOrderFulfilment: async (app, world) => ({
      ...(generateValue(inputSchema(findOperation("createOrderFulfilment")), world.seeds) as Input),
      id: await createConfirmedOrder(app, world),
      items: undefined,
    }),
    updateFulfilment: async (app, world) => ({
      ...(generateValue(inputSchema(findOperation("updateFulfilment")), world.seeds) as Input),
      id: await makeTarget(app, world, "/fulfilments"),
    }),
    deliverOrderFulfilment: (app, world) => sendFulfilment(app, world),
    cancelOrderFulfilment: (app, world) => sendFulfilment(app, world),
    sendOrder: async (app, world) => ({ id: await createConfirmedOrder(app, world), to: nextAddress("buyer") }),
    readOrderOffer: async (app, world) => ({ id: await createSentOrder(app, world) }),
    revokeOrderLinks: async (app, world) => ({ id: await createSentOrder(app, world) }),
  },
  targets: {
    "/payments": async (app, world) => String((await createPayment(app, world)).id),
    "/refunds": async (app, world) => {
      const { order_id, id: payment_id } = await createPayment(app, world);
      const refund = { id: order_id, amount: "1.00", payment_id };
      return (await allowAnyInput(world.tenant.admin).createOrderRefund(refund)).data.id;
    },
    "/fulfilments": async (app, world) => String((await sendFulfilment(app, world)).fulfilment_id),
  },
};

/** The records that orders are made from are tested by the tests of conversions. */
const noSources = {
  quote_id: undefined,
  deal_id: undefined,
  contract_id: undefined,
  potential_id: undefined,
  opportunity_id: undefined,
};

let numberCount = 0;

const orderInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  ...noSources,
  ...(name === "createOrder" ? { order_number: `${fillings.mark}-${++numberCount}`, status: "DRAFT" } : {}),
  currency: "EUR",
  fixed_discount: undefined,
  price_book_id: undefined,
  discount_percent: "0",
  shipping_amount: "0",
  line_items: [{ name: `${fillings.mark}-line`, quantity: "2", unit_price: "10.00", properties: { color: fillings.mark } }],
});

const lineInput = ({ seeds: fillings }: World, name: string, target: Input): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  ...target,
  product_id: undefined,
  unit_price: "5.00",
});

async function readLine(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/orders");
  const { line_items } = (await world.tenant.admin.getOrder({ id })).data;
  return { id, line_id: line_items[0]?.id };
}

async function createConfirmedOrder(app: App, world: World): Promise<string> {
  const id = await makeTarget(app, world, "/orders");
  parseData(await sendAs(app, world.tenant.token, findOperation("confirmOrder"), { id }));
  return id;
}

async function createSentOrder(app: App, world: World): Promise<string> {
  const input = { id: await createConfirmedOrder(app, world), to: nextAddress("buyer") };
  parseData(await sendAs(app, world.tenant.token, findOperation("sendOrder"), input));
  return input.id;
}

const paymentInput = ({ seeds: fillings }: World, name: string, id: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  id,
  amount: "2.00",
  currency: "EUR",
  status: "SUCCEEDED",
  provider: undefined,
  transaction_id: `${fillings.mark}-${++numberCount}`,
});

async function createPayment(app: App, world: World): Promise<Record<string, unknown>> {
  const input = { id: await createConfirmedOrder(app, world), amount: "5.00", notes: world.seeds.mark };
  return parseData(await sendAs(app, world.tenant.token, findOperation("createOrderPayment"), input));
}

async function editInput(app: App, world: World, name: string): Promise<Input> {
  const { id } = await createPayment(app, world);
  return { ...(generateValue(inputSchema(findOperation(name)), world.seeds) as Input), id };
}

async function sendFulfilment(app: App, world: World): Promise<Input> {
  const id = await createConfirmedOrder(app, world);
  const fulfilment = { id, carrier: world.seeds.mark };
  const { id: fulfilment_id } = parseData(
    await sendAs(app, world.tenant.token, findOperation("createOrderFulfilment"), fulfilment),
  );
  return { id, fulfilment_id };
}
