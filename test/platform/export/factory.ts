import { operations } from "@crm/functions/api/index.ts";
import type { Client } from "@crm/functions/derive/client.ts";
import { type DomainFactory, exportInput } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    // Only its author and administrators see an export; its file needs a worker.
    getExport: async (_, { tenant }, who) => ({ id: await makeExport(who?.client ?? tenant.admin) }),
    cancelExport: async (_, { tenant }, who) => ({ id: await makeExport(who?.client ?? tenant.admin) }),
    getExportFile: async (app, { tenant }, who) => {
      const id = await makeExport(who?.client ?? tenant.admin);
      await app.settle();
      return { id };
    },
    ...Object.fromEntries(
      operations
        .filter(({ path }) => path.endsWith("/export"))
        .map(({ name }) => [name, async () => ({ format: "csv", query: exportInput(name) })]),
    ),
  },
};

const makeExport = async (client: Client): Promise<string> =>
  (await client.exportLeads({ format: "csv", columns: ["id", "company"] })).data.export_id;
