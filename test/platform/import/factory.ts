import type { App } from "@crm/local/app.ts";
import {
  buildLeadsFile,
  type DomainFactory,
  findOperation,
  makeOnce,
  makeUpload,
  parseData,
  sendAs,
  type World,
} from "../../invariants/registry/operation-input.ts";
import type { TestUser } from "../../support/app.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    // Long enough to be cancelled before it ends.
    cancelImport: async (app, world, who) => ({ id: await makeImport(app, world, who, 400) }),
    revertImport: async (app, world, who) => {
      const id = await makeImport(app, world, who);
      await app.settle();
      return { id };
    },
    getImport: async (app, world) => ({ id: await makeImport(app, world) }),
    getImportErrors: async (app, world, who) => {
      const id = await makeImport(app, world, who);
      await app.settle();
      return { id };
    },
    inspectImportFile: async (app, world, who) => ({
      entity: "leads",
      upload_id: await makeUpload(app, world, buildLeadsFile(world, 1), who),
    }),
    listRejectedRows: async (app, world, who) => ({ id: await makeImport(app, world, who) }),
    listImports: async (app, world) => {
      await makeImport(app, world);
      return {};
    },
  },
};

/** Creates an import as the user who will act on it; another user would need more than the operation's right. */
const makeImport = (app: App, world: World, user?: TestUser, rows = 1): Promise<string> =>
  makeOnce(world, "import", async () => {
    const upload_id = await makeUpload(app, world, buildLeadsFile(world, world.sharedIds ? 1 : rows), user);
    return String(
      parseData(await sendAs(app, user?.token ?? world.tenant.token, findOperation("importLeads"), { upload_id })).import_id,
    );
  });
