import type { App } from "@crm/local/app.ts";
import {
  type DomainFactory,
  findOperation,
  makeOnce,
  makeTarget,
  parseData,
  sendAs,
  type World,
} from "../../invariants/registry/operation-input.ts";
import type { TestUser } from "../../support/app.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    createBulkChange: async (app, world) => ({
      ...{ kind: "lead", action: "update", ids: [await makeTarget(app, world, "/leads")] },
      ...{ add_tags: [world.seeds.mark], remove_tags: ["cold"], changes: { need: world.seeds.mark } },
    }),
    getBulkChange: async (app, world, who) => ({ id: await makeBulkChange(app, world, who) }),
    cancelBulkChange: async (app, world, who) => ({ id: await makeBulkChange(app, world, who) }),
    undoBulkChange: async (app, world, who) => {
      const id = await makeBulkChange(app, world, who);
      await app.settle();
      return { id };
    },
    listBulkChangeResults: async (app, world, who) => {
      const id = await makeBulkChange(app, world, who);
      await app.settle();
      return { id };
    },
    listBulkChanges: async (app, world) => {
      await makeBulkChange(app, world);
      return { kind: "lead" };
    },
  },
};

/** Creates a bulk change as the user who will act on it, because only its author and administrators see it. */
const makeBulkChange = (app: App, world: World, user?: TestUser): Promise<string> =>
  makeOnce(world, "bulk change", async () => {
    const ids = [await makeTarget(app, world, "/leads")];
    const input = { kind: "lead", action: "update", ids, add_tags: [world.seeds.mark] };
    const token = user?.token ?? world.tenant.token;
    const answer = await sendAs(app, token, findOperation("createBulkChange"), input);
    return String(
      parseData(answer.status === 202 ? answer : await sendAs(app, world.tenant.token, findOperation("createBulkChange"), input))
        .id,
    );
  });
