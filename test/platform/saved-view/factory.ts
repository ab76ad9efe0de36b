import { type DomainFactory, makeTarget } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  privatePaths: ["/views"],
  inputs: {
    listViews: async () => ({ kind: "lead" }),
    updateView: async (app, world, who) => ({
      ...{ id: await makeTarget(app, world, "/views", who), name: `${world.seeds.mark} view` },
      query: { where: { company: { prefix: world.seeds.mark } } },
    }),
    replaceRoleDefaultView: async (app, world, who) => ({ id: await makeTarget(app, world, "/views", who), roles: [] }),
    createView: async (_, { seeds: { mark } }) => ({
      ...{ kind: "lead", name: `${mark} view`, description: mark, sharing: "PRIVATE" },
      query: { where: { company: { prefix: mark } }, sort: "created_at", order: "desc", fields: "company", expand: "labels" },
    }),
  },
};
