import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  makeUpload,
  nextMonth,
  type World,
} from "../../invariants/registry/operation-input.ts";
import { ensureMailAccount } from "../../messaging/message/factory.ts";

/** Inputs of operations for the generated tests (`test/invariants/registry`). */
export const factory: DomainFactory = {
  ids: {
    campaign: async ({ tenant, mark }) =>
      (await tenant.admin.createCampaign({ name: `${mark} fair`, type: "EVENT", start_date: "2027-01-04" })).data.id,
    campaign_member: async ({ tenant, id, mark }) => {
      const member = { id: await id("campaign"), person_id: await id("person"), notes: `${mark} met` };
      return (await tenant.admin.addCampaignMember(member)).data.id;
    },
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
    addCampaignMember: async (app, world) => memberInput(app, world),
    createCampaignMember: async (app, world) => {
      const { id: campaign_id, ...input } = await memberInput(app, world);
      return { campaign_id, ...input };
    },
    listCampaignResponses: async (app, world) => ({ id: await createCampaign(app, world) }),
    listAllCampaignResponses: async () => ({}),
    getCampaignMember: async (app, world) => ({ id: await createMember(app, world) }),
    updateCampaignMember: async (app, world) => ({
      id: await createMember(app, world),
      notes: `${world.seeds.mark}-notes`,
      status: "RESPONDED",
    }),
    importCampaignMembers: async (app, world, who) => {
      const { id, person_id } = await memberInput(app, world);
      return { upload_id: await makeUpload(app, world, `campaign_id,person_id\n${id},${person_id}`, who) };
    },
    removeCampaignMember: async (app, world) => ({ id: await createMember(app, world) }),
    removePersonFromCampaign: async (app, world) => {
      const input = await memberInput(app, world);
      const { data } = await allowAnyInput(world.tenant.admin).addCampaignMember(input);
      return { id: input.id, member_id: data.id };
    },
    sendCampaignEmail: async (app, world) => ({
      id: await makeCampaign(app, world, "IN_PROGRESS"),
      content: { subject: `${world.seeds.mark} fair`, body: "Welcome" },
      sender_id: await ensureMailAccount(world),
      schedule_at: nextMonth(),
    }),
    sendCampaignSms: async (app, world) => ({
      id: await makeCampaign(app, world, "IN_PROGRESS"),
      content: { body: `${world.seeds.mark} fair` },
      sender_id: world.seeds.ids.sms_sender,
      schedule_at: nextMonth(),
    }),
    fillCampaign: async (app, world) => ({ id: await createCampaign(app, world), lead_filter: { company: "Nowhere" } }),
    getCampaignFill: async (app, world) => ({ id: await createFill(app, world) }),
    cancelCampaignFill: async (app, world) => ({ id: await createFill(app, world) }),
    recordCampaignResponse: async (app, world) => responseInput(app, world),
    getCampaignResponse: async (app, world) => ({
      id: (await allowAnyInput(world.tenant.admin).recordCampaignResponse(await responseInput(app, world))).data.id,
    }),
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
  await admin.activateCampaign({ id });
  if (status === "ON_HOLD") await admin.pauseCampaign({ id });
  return id;
}

const createCampaign = (app: App, world: World): Promise<string> => makeTarget(app, world, "/campaigns");

async function memberInput(app: App, world: World): Promise<Input> {
  const { tenant, seeds } = world;
  const { data } = await tenant.admin.createPerson({ first_name: `${seeds.mark}-reached` });
  return { id: await createCampaign(app, world), person_id: data.id, notes: `${seeds.mark}-notes` };
}

const createMember = async (app: App, world: World): Promise<string> =>
  (await allowAnyInput(world.tenant.admin).addCampaignMember(await memberInput(app, world))).data.id;

async function responseInput(app: App, world: World): Promise<Input> {
  const { id, person_id, ...rest } = await memberInput(app, world);
  await allowAnyInput(world.tenant.admin).addCampaignMember({ id, person_id, ...rest });
  return { id, person_id, kind: "FORM", source: `${world.seeds.mark}-form`, link: "https://mark.example/form" };
}

const createFill = async (app: App, world: World): Promise<string> =>
  (await world.tenant.admin.fillCampaign({ id: await createCampaign(app, world), lead_filter: { company: "Nowhere" } })).data.id;
