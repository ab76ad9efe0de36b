import type { DomainFactory } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    // Only its author and administrators see an upload.
    getUpload: async (_, { tenant, seeds: { mark } }, who) => {
      const about = { file_name: `${mark}.csv`, content_type: "text/csv", size: 1 } as const;
      const made = await (who?.client ?? tenant.admin).createUpload(about).catch(() => tenant.admin.createUpload(about));
      return { id: made.data.upload_id };
    },
  },
};
