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
    invoice: async ({ tenant, id }) => {
      const order = { customer_id: await id("customer"), line_items: [{ name: "Boat", unit_price: "10" }], status: "CONFIRMED" };
      const { data } = await tenant.admin.createOrder(order);
      return (await tenant.admin.createOrderInvoice({ id: data.id })).data.id;
    },
  },
  inputs: {
    createOrderInvoice: async (app, world) => ({
      ...generateInput(world, "createOrderInvoice"),
      id: (await createOrder(app, world)).id,
    }),
    updateInvoice: async (app, world) => ({ ...generateInput(world, "updateInvoice"), id: await createDraft(app, world) }),
    deleteInvoice: async (app, world) => ({ id: await createDraft(app, world) }),
    issueInvoice: async (app, world) => ({ id: await createDraft(app, world) }),
    creditInvoice: async (app, world) => ({ id: await createIssued(app, world), amount: "1.00", reason: world.seeds.mark }),
    readInvoiceOffer: async (app, world) => ({ id: await createSent(app, world) }),
    revokeInvoiceLinks: async (app, world) => ({ id: await createSent(app, world) }),
    sendInvoice: async (app, world) => ({
      id: await createIssued(app, world),
      to: "books@mail.example",
      message: world.seeds.mark,
    }),
  },
  targets: { "/invoices": createDraft },
};

/** Lines and shipping are those of the order, and a due date must not be before the invoice. */
const generateInput = ({ seeds }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), seeds) as Input),
  line_items: undefined,
  shipping_amount: undefined,
  due_date: "2099-12-31",
});

async function createOrder(app: App, { tenant, seeds }: World): Promise<{ id: string }> {
  const { data: customer } = await tenant.admin.createCustomer({ name: `${seeds.mark}-buyer` });
  const line_items = [{ name: `${seeds.mark}-line`, quantity: "2", unit_price: "10.00" }];
  const input = { customer_id: customer.id, status: "CONFIRMED", line_items };
  return parseData(await sendAs(app, tenant.token, findOperation("createOrder"), input)) as { id: string };
}

async function createDraft(app: App, world: World): Promise<string> {
  const input = { id: (await createOrder(app, world)).id, text: world.seeds.mark };
  return String(parseData(await sendAs(app, world.tenant.token, findOperation("createOrderInvoice"), input)).id);
}

async function createIssued(app: App, world: World): Promise<string> {
  const id = await createDraft(app, world);
  parseData(await sendAs(app, world.tenant.token, findOperation("issueInvoice"), { id }));
  return id;
}

async function createSent(app: App, world: World): Promise<string> {
  const id = await createIssued(app, world);
  parseData(await sendAs(app, world.tenant.token, findOperation("sendInvoice"), { id, to: "books@mail.example" }));
  return id;
}
