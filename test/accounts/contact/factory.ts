import { inputSchema } from "@crm/functions/http/operation.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  type World,
} from "../../invariants/registry/operation-input.ts";
import { makeCustomers } from "../customer/factory.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    contact: async ({ tenant, mark, id }) =>
      (await tenant.admin.createContact({ first_name: `${mark}-c`, last_name: `${mark}-d`, customer_id: await id("customer") }))
        .data.id,
  },
  inputs: {
    mergeContacts: (_, world) => makeContacts(world),
    unmergeContacts: async (app, world) => {
      const two = await makeContacts(world);
      await world.tenant.admin.mergeContacts(two);
      await app.settle();
      return two;
    },
    // A contact belongs to a customer or to a lead.
    createContact: async (_, world) => contactInput(world, "createContact"),
    replaceContact: async (app, world) => ({
      ...contactInput(world, "replaceContact"),
      id: await makeTarget(app, world, "/contacts"),
    }),
    updateContact: async (app, world) => ({
      ...contactInput(world, "updateContact"),
      id: await makeTarget(app, world, "/contacts"),
    }),
    // The generated `role` would be a user role, not a contact role.
    listContacts: async () => ({ status: "ACTIVE" }),
    listCustomerContacts: async (_, { seeds: fillings }) => ({ id: fillings.ids.customer }),
    changeContactListMembers: async (app, world) => ({
      id: await makeTarget(app, world, "/contacts/lists"),
      add: [world.seeds.ids.contact],
    }),
  },
};

const contactInput = ({ seeds: fillings }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), fillings) as Input),
  lead_id: undefined,
});

async function makeContacts(world: World): Promise<{ id: string; merged_id: string }> {
  const { id: customer_id } = await makeCustomers(world);
  const last_name = `${world.seeds.mark} twice`;
  const createContact = async (): Promise<string> => (await world.tenant.admin.createContact({ customer_id, last_name })).data.id;
  return { id: await createContact(), merged_id: await createContact() };
}
