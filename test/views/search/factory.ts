import type { DomainFactory } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    search: async (_, { seeds: { mark } }) => ({ q: mark }),
  },
};
