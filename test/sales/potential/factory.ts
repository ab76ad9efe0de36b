import { inputSchema } from "@crm/functions/http/operation.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import { type DomainFactory, findOperation, type Input, makeTarget } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    potential: async ({ tenant, id }) => (await tenant.admin.createPotential({ personal_key_id: await id("person") })).data.id,
  },
  inputs: {
    createPotential: async (_, { seeds: fillings }) => ({
      ...(generateValue(inputSchema(findOperation("createPotential")), fillings) as Input),
      personal_key_id: fillings.ids.person,
    }),
    convertPotential: async (app, world) => ({
      id: await makeTarget(app, world, "/potentials"),
      to: "order",
      order_reference: `${world.seeds.mark}-order`,
    }),
  },
};
