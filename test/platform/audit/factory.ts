import type { DomainFactory } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    getAuditEntry: async (app, { tenant }) => {
      await app.settle();
      return { id: (await tenant.admin.listAuditEntries({ limit: 1 })).data[0]?.id };
    },
  },
};
