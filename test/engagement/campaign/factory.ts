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

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    campaign: async ({ tenant, mark }) =>
      (await tenant.admin.createCampaign({ name: `${mark} fair`, type: "EVENT", start_date: "2027-01-04" } as never)).data.id,
  },
  inputs: {
    createCampaign: async (_, world) => campaignInput(world, "createCampaign"),
    replaceCampaign: async (app, world) => ({
      ...campaignInput(world, "replaceCampaign"),
      id: await makeTarget(app, world, "/campaigns"),
    }),
    updateCampaign: async (app, world) => ({
      ...campaignInput(world, "updateCampaign"),
      id: await makeTarget(app, world, "/campaigns"),
    }),
    pauseCampaign: async (app, world) => ({ id: await makeCampaign(app, world, "IN_PROGRESS") }),
    resumeCampaign: async (app, world) => ({ id: await makeCampaign(app, world, "ON_HOLD") }),
    completeCampaign: async (app, world) => ({ id: await makeCampaign(app, world, "IN_PROGRESS") }),
  },
};

const campaignInput = ({ seeds }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), seeds) as Input),
  ...{ status: "PLANNING", parent_campaign_id: undefined, start_date: "2027-01-04", end_date: "2027-02-04" },
  ...{ budget: "5000.00", budget_allocations: [{ channel_id: "email", amount: "10.00" }] },
});

async function makeCampaign(app: App, world: World, status: string): Promise<string> {
  const id = await makeTarget(app, world, "/campaigns");
  const { admin } = world.tenant;
  await admin.activateCampaign({ id } as never);
  if (status === "ON_HOLD") await admin.pauseCampaign({ id } as never);
  return id;
}
