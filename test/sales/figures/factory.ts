import type { DomainFactory } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  targets: {
    "/opportunities/forecast/submissions": async (_, { tenant: { admin }, seeds: { mark } }) => {
      const { data } = await admin.submitForecast({ period: "2031-01", commit: "1.00", best_case: "2.00", note: mark });
      return data.id;
    },
  },
};
