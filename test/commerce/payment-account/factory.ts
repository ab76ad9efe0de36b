import type { App } from "@crm/local/app.ts";
import { type DomainFactory, type Input, makeTarget, type World } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    createPaymentAccount: async (app, world) => buildAccountInput(app, world),
    updatePaymentAccount: async (app, world) => ({
      id: await makeTarget(app, world, "/payment-accounts"),
      name: `${world.seeds.mark} account again`,
      is_default: true,
    }),
    createOrderPaymentLink: async (app, world) => ({
      id: await createConfirmedOrder(world),
      payment_account_id: await makeTarget(app, world, "/payment-accounts"),
    }),
  },
};

/** The account whose key the local double accepts. */
async function buildAccountInput(app: App, { seeds: { mark } }: World): Promise<Input> {
  const credentials = await app.providers.doubles.get("stripe")?.double.credentials();
  return { provider: "stripe", name: mark, mode: "test", ...credentials };
}

async function createConfirmedOrder({ tenant: { admin }, seeds: { mark } }: World): Promise<string> {
  const { data: customer } = await admin.createCustomer({ name: mark });
  const { data: order } = await admin.createOrder({
    ...{ customer_id: customer.id, currency: "EUR", status: "CONFIRMED" },
    line_items: [{ name: mark, unit_price: "100" }],
  });
  return order.id;
}
