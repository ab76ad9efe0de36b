import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  type World,
} from "../../invariants/registry/operation-input.ts";
import { masterInput } from "../../platform/master-data/factory.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    opportunity: async ({ tenant, mark, id }) =>
      (await tenant.admin.createOpportunity({ name: `${mark} deal`, customer_id: await id("customer") })).data.id,
  },
  inputs: {
    assignOpportunities: async (app, world) => ({
      opportunity_ids: [await makeTarget(app, world, "/opportunities")],
      method: "LIST",
      owner_id: world.seeds.ids.user,
    }),
    createOpportunity: async (_, world) => opportunityInput(world, "createOpportunity"),
    replaceOpportunity: async (app, world) => ({
      ...opportunityInput(world, "replaceOpportunity"),
      id: await makeTarget(app, world, "/opportunities"),
    }),
    updateOpportunity: async (app, world) => ({
      ...opportunityInput(world, "updateOpportunity"),
      id: await makeTarget(app, world, "/opportunities"),
    }),
    submitForecast: async (_, { seeds: fillings }) => ({
      period: "2031-02",
      commit: "1.00",
      best_case: "2.00",
      note: fillings.mark,
    }),
    moveOpportunity: async (app, world) => ({ id: await makeTarget(app, world, "/opportunities"), stage_id: "qualification" }),
    winOpportunity: async (app, world) => ({
      id: await makeTarget(app, world, "/opportunities"),
      win_loss_reason_id: "best_fit",
    }),
    loseOpportunity: async (app, world) => ({ id: await makeTarget(app, world, "/opportunities"), win_loss_reason_id: "timing" }),
    reopenOpportunity: async (app, world) => {
      const id = await makeTarget(app, world, "/opportunities");
      await world.tenant.admin.loseOpportunity({ id, win_loss_reason_id: "timing" });
      return { id, reason: world.seeds.mark };
    },
    addOpportunityProduct: async (app, world) => ({
      ...{ id: await makeTarget(app, world, "/opportunities"), name: world.seeds.mark, unit_price: "5" },
    }),
    replaceOpportunityProduct: (app, world) => opportunityPartInput(app, world, "products"),
    removeOpportunityProduct: async (app, world) => {
      const { id, line_id } = await opportunityPartInput(app, world, "products");
      return { id, line_id };
    },
    replaceCompetitor: (app, world) => opportunityPartInput(app, world, "competitors"),
    removeCompetitor: async (app, world) => {
      const { id, competitor_id } = await opportunityPartInput(app, world, "competitors");
      return { id, competitor_id };
    },
    createOpportunityStage: async (_, { seeds: fillings }) => masterInput(fillings),
    listOpportunityAutomations: (app, world) => createMovedOpportunity(app, world),
  },
};

/** Input for the operations that write an opportunity. */
/** The input of an opportunity in its first stage, without close reasons and lead. */
function opportunityInput({ seeds: fillings }: World, name: string): Input {
  const {
    win_loss_reason_id: _reason,
    win_loss_notes: _notes,
    lead_id: _lead,
    stage_id: _stage,
    ...input
  } = generateValue(inputSchema(findOperation(name)), fillings) as Input;
  return { ...input, customer_id: fillings.ids.customer, contact_id: null, probability: 35, amount: "1200.00", currency: "USD" };
}

/** Creates a part of an opportunity and returns the input to replace it. */
async function opportunityPartInput(app: App, world: World, part: "products" | "competitors"): Promise<Input> {
  const { admin } = world.tenant;
  const [id, { mark }] = [await makeTarget(app, world, "/opportunities"), world.seeds];
  if (part === "products") {
    const line_id = (await admin.addOpportunityProduct({ id, name: mark })).data.id;
    return { id, line_id, name: mark, product_id: world.seeds.ids.product };
  }
  return { id, competitor_id: (await admin.addCompetitor({ id, competitor_name: mark })).data.id, competitor_name: mark };
}

/** Creates an opportunity whose stage change triggered an automation. */
async function createMovedOpportunity(app: App, { tenant: { admin }, seeds: { mark, ids } }: World): Promise<Input> {
  const automation = { name: "Moved", when: { to_stages: ["qualification"] }, do: [{ action: "health" }] };
  const { data: draft } = await admin.createRuleVersion({
    ...{ kind: "stage_automation", definition: { automations: [automation] } },
  });
  await admin.publishRuleVersion({ kind: "stage_automation", id: draft.id });
  const { data } = await admin.createOpportunity({ name: `${mark} moved`, customer_id: ids.customer });
  await admin.updateOpportunity({ id: data.id, stage_id: "qualification" });
  await app.settle();
  return { id: data.id };
}
