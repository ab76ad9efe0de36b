import type { App } from "@crm/local/app.ts";
import { type DomainFactory, makeTarget, type World } from "../../invariants/registry/operation-input.ts";
import { masterInput } from "../../platform/master-data/factory.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    lead: async ({ tenant, mark }) =>
      (await tenant.admin.createLead({ first_name: `${mark}-p`, last_name: `${mark}-q` })).data.id,
  },
  inputs: {
    assignLeads: async (app, world) => ({
      lead_ids: [await makeTarget(app, world, "/leads")],
      method: "LIST",
      owner_id: world.seeds.ids.user,
    }),
    createLeadSource: async (_, { seeds: fillings }) => masterInput(fillings),
    setLeadScore: async (app, world) => ({
      id: await makeTarget(app, world, "/leads"),
      lead_score: 50,
      reason: `${world.seeds.mark}-reason`,
    }),
    listLeadAssignments: async (app, world) => {
      const id = await makeTarget(app, world, "/leads");
      const { data } = await world.tenant.admin.getLead({ id });
      const owner_id = data.owner_id === world.tenant.userId ? (world.seeds.ids.user as string) : world.tenant.userId;
      await world.tenant.admin.updateLead({ id, owner_id });
      return { id };
    },
    convertLead: async (app, world) => ({
      ...(await createReadyLead(app, world)),
      opportunity: { name: `${world.seeds.mark}-opportunity`, amount: "1000.00", close_date: "2031-01-02" },
    }),
    getLeadConversion: async (app, world) => {
      const lead = await createReadyLead(app, world);
      await world.tenant.admin.convertLead(lead);
      return lead;
    },
    listLeadScores: (app, world) => createScoredLead(app, world),
    getLeadScore: (app, world) => createScoredLead(app, world),
  },
};

/** A lead with a manually set score. */
const createScoredLead = async (app: App, world: World, lead_score = 50): Promise<{ id: string }> => {
  const id = await makeTarget(app, world, "/leads");
  await world.tenant.admin.setLeadScore({ id, lead_score, reason: `${world.seeds.mark}-reason` });
  return { id };
};

/** A lead that can be converted. */
const createReadyLead = (app: App, world: World): Promise<{ id: string }> => createScoredLead(app, world, 100);
