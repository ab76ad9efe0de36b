import { inputSchema } from "@crm/functions/http/operation.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import { type DomainFactory, findOperation, type Input } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    createInteraction: async (_, { seeds: fillings }) => ({
      ...(generateValue(inputSchema(findOperation("createInteraction")), fillings) as Input),
      personal_key_id: fillings.ids.person,
    }),
  },
};
