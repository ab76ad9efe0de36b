import { StandardScore } from "@crm/core/sales/scoring/standard-model.rules.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { DomainFactory, Input, World } from "../../invariants/registry/operation-input.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  inputs: {
    getRule: async () => ({ kind: RULE }),
    listRuleVersions: async (_, world) => ({ kind: (await makeRule(world)).kind }),
    createRuleVersion: async (_, world) => ruleDraft(world),
    getRuleVersion: async (_, world) => makeRule(world),
    updateRuleVersion: async (_, world) => ({ ...ruleDraft(world), ...(await makeRule(world)) }),
    deleteRuleVersion: async (_, world) => makeRule(world),
    publishRuleVersion: async (_, world) => makeRule(world),
    tryRuleVersion: async (_, world) => ({ ...(await makeRule(world)), sample: 5 }),
    rollBackRule: async (_, { tenant, seeds: { mark } }) => {
      const { id } = (await tenant.admin.getRule({ kind: RULE })).data.in_force;
      return { kind: RULE, to_id: id, note: `${mark}-back` };
    },
  },
};

const RULE = "score_standard";

/** A draft of a rule with a marked note. */
const ruleDraft = ({ seeds: { mark } }: World): Input => ({
  kind: RULE,
  definition: StandardScore.defaults[0],
  note: `${mark}-note`,
});

const makeRule = async (world: World): Promise<Input> => {
  const { data } = await allowAnyInput(world.tenant.admin).createRuleVersion(ruleDraft(world));
  return { kind: RULE, id: data.id };
};
