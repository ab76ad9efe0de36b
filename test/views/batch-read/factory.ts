import { type DomainFactory, makeTarget } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    batchReads: async (app, world) => {
      const person = await makeTarget(app, world, "/persons");
      return { reads: [`/api/v1/persons/${person}`, "/api/v1/leads?limit=2", "/api/v1/views"] };
    },
  },
};
