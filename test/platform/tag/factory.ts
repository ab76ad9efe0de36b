import type { App } from "@crm/local/app.ts";
import { type DomainFactory, findOperation, parseData, sendAs, type World } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    listTags: async () => ({}),
    renameTag: async (app, world) => ({ from: await makeTag(app, world), to: `${world.seeds.mark} tag` }),
    deleteTag: async (app, world) => ({ name: await makeTag(app, world) }),
  },
};

/** Creates a tag by adding it to a lead. */
async function makeTag(app: App, world: World): Promise<string> {
  const lead = { last_name: "Tagged", tags: [world.seeds.mark] };
  parseData(await sendAs(app, world.tenant.token, findOperation("createLead"), lead));
  return world.seeds.mark;
}
