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
    customer: async ({ tenant, mark }) => (await tenant.admin.createCustomer({ name: `${mark} company` })).data.id,
  },
  inputs: {
    assignCustomers: async (app, world) => ({
      customer_ids: [await makeTarget(app, world, "/customers")],
      method: "LIST",
      owner_id: world.seeds.ids.user,
    }),
    updateCustomerAddress: async (app, world) => ({ ...(await customerAddressInput(app, world)), city: world.seeds.mark }),
    verifyCustomerAddress: (app, world) => customerAddressInput(app, world),
    removeCustomerAddress: (app, world) => customerAddressInput(app, world),
    addChildCustomer: async (app, world) => ({
      id: await makeTarget(app, world, "/customers"),
      child_customer_id: await makeTarget(app, world, "/customers"),
    }),
    mergeCustomers: (_, world) => makeCustomers(world),
    unmergeCustomers: async (app, world) => {
      const two = await makeCustomers(world);
      await world.tenant.admin.mergeCustomers(two);
      await app.settle();
      return two;
    },
    // A business has no person.
    createCustomer: async (_, { seeds: fillings }) => ({
      ...(generateValue(inputSchema(findOperation("createCustomer")), fillings) as Input),
      first_name: undefined,
      last_name: undefined,
      mobile: undefined,
    }),
    changeSegmentMembers: async (app, world) => ({
      id: await makeTarget(app, world, "/customers/segments"),
      add: [world.seeds.ids.customer],
    }),
  },
};

/** Creates a customer with an address. */
async function customerAddressInput(app: App, world: World): Promise<Input> {
  const id = await makeTarget(app, world, "/customers");
  const { addresses } = (await world.tenant.admin.addCustomerAddress({ id, type: "BRANCH", city: "Ghent" })).data;
  return { id, address_id: addresses.at(-1)?.id };
}

export async function makeCustomers({ tenant: { admin }, seeds: { mark } }: World): Promise<{ id: string; merged_id: string }> {
  const made = async (): Promise<string> => (await admin.createCustomer({ name: `${mark} twice` })).data.id;
  return { id: await made(), merged_id: await made() };
}
