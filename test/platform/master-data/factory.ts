import { randomUUID } from "node:crypto";
import type { App } from "@crm/local/app.ts";
import type { InputSeeds } from "../../invariants/registry/input-generator.ts";
import { type DomainFactory, type Input, makeTarget, type World } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    createMaster: async (_, { seeds: fillings }) => ({ kind: "industries", ...masterInput(fillings) }),
    ...Object.fromEntries(
      ["updateMaster", "replaceMaster"].map((name) => [
        name,
        async (app: App, world: World) => ({
          ...{ kind: "industries", name: `${world.seeds.mark} ${randomUUID()}`, description: `${world.seeds.mark}-description` },
          id: await makeTarget(app, world, "/masters/{kind}"),
        }),
      ]),
    ),
    createSubscriptionType: async (_, { seeds: fillings }) => masterInput(fillings),
    assignTerritories: async (app, world) => ({ kind: "lead", ids: [await makeTarget(app, world, "/leads")] }),
    listTerritoryMembers: async (_, { seeds: { ids } }) => ({ id: ids["master territories"] }),
    reorderMasters: async (_, { seeds: { ids } }) => ({ kind: "territories", ids: [ids["master territories"]] }),
    retireMaster: async (app, world) => ({
      ...{ kind: "industries", replace_with: "technology" },
      id: await makeTarget(app, world, "/masters/{kind}"),
    }),
  },
};

export const masterInput = ({ mark }: InputSeeds): Input => ({
  name: `${mark} ${randomUUID()}`,
  code: `c_${randomUUID().replaceAll("-", "")}`,
});
