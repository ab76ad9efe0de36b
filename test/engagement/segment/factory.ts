import type { DomainFactory } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    contact_list: async ({ tenant, mark }) => (await tenant.admin.createContactList({ name: `${mark} list` })).data.id,
    segment: async ({ tenant, mark }) => (await tenant.admin.createSegment({ name: `${mark} segment` })).data.id,
  },
};
