import type { InputSeeds } from "../../invariants/registry/input-generator.ts";
import type { DomainFactory, World } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    createSearchPath: async (_, { seeds: fillings }) => ({ entity: "person", path: nextSearchPath(fillings) }),
    getSearchPath: async (_, world) => ({ id: await makeSearchPath(world) }),
    deleteSearchPath: async (_, world) => ({ id: await makeSearchPath(world) }),
    listSearchPaths: async (_, world) => {
      await makeSearchPath(world);
      return {};
    },
  },
};

let pathCount = 0;

/** A path that no other test declares; a tenant has at most 20 for each entity. */
const nextSearchPath = ({ mark }: InputSeeds): string => `custom_attributes.${mark}${++pathCount}`;

async function makeSearchPath({ tenant, seeds: fillings }: World): Promise<string> {
  const { data: declared } = await tenant.admin.listSearchPaths({ limit: 100 });
  const [free] = declared.filter(({ status }) => status !== "DROPPING");
  if (free && declared.length > 10) return free.id;
  return (await tenant.admin.createSearchPath({ entity: "person", path: nextSearchPath(fillings) })).data.id;
}
