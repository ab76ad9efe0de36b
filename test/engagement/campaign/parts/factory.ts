import { inputSchema } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { generateValue } from "../../../invariants/registry/input-generator.ts";
import {
  type DomainFactory,
  findOperation,
  type Input,
  makeTarget,
  makeUpload,
  parseData,
  sendAs,
  type World,
} from "../../../invariants/registry/operation-input.ts";

/** Inputs of operations on metrics, activities, assets and templates of campaigns for the generated tests. */
export const factory: DomainFactory = {
  ids: {
    campaign: async ({ tenant, mark }) =>
      (await tenant.admin.createCampaign({ name: `${mark} fair`, type: "EVENT", start_date: "2027-01-04" })).data.id,
    campaign_template: async ({ tenant, mark }) => (await tenant.admin.createCampaignTemplate({ name: `${mark} fair` })).data.id,
  },
  inputs: {
    createCampaignMetric: async (app, world) => ({ id: await makeCampaign(app, world), ...metricInput(world) }),
    createCampaignMetrics: async (app, world) => ({ id: await makeCampaign(app, world), rows: [metricInput(world)] }),
    pauseCampaign: async (app, world) => makeRunningCampaign(app, world),
    completeCampaign: async (app, world) => makeRunningCampaign(app, world),
    getCampaignMetric: async (app, world) => makePart(app, world, "metric"),
    getCampaignActivity: async (app, world) => makePart(app, world, "activity"),
    getCampaignAsset: async (app, world) => makePart(app, world, "asset"),
    updateCampaignMetric: async (app, world) => ({ ...(await makePart(app, world, "metric")), clicks: 7, cost: "9.5" }),
    deleteCampaignMetric: async (app, world) => makePart(app, world, "metric"),
    getCampaignMetricSummary: async (app, world) => ({ id: await makeCampaign(app, world), group_by: "channel" }),
    importCampaignMetrics: async (app, world, user) => ({
      id: await makeCampaign(app, world),
      upload_id: await makeUpload(app, world, "Day,Campaign,Impr.,Clicks,Cost\n2020-01-01,Fair,10,1,0.50\n", user),
    }),
    createCampaignActivity: async (app, world) => ({ id: await makeCampaign(app, world), ...activityInput(world) }),
    updateCampaignActivity: async (app, world) => ({
      ...(await makePart(app, world, "activity")),
      name: `${world.seeds.mark}-later`,
    }),
    deleteCampaignActivity: async (app, world) => makePart(app, world, "activity"),
    createCampaignAsset: async (app, world) => ({ id: await makeCampaign(app, world), ...assetInput(world) }),
    updateCampaignAsset: async (app, world) => ({ ...(await makePart(app, world, "asset")), name: `${world.seeds.mark}-later` }),
    deleteCampaignAsset: async (app, world) => makePart(app, world, "asset"),
    getCampaignAssetFile: async (app, world) => makePart(app, world, "asset", await uploadedFile(app, world)),
    getCampaignConversion: async (app, world) => ({ attribution_id: await makeConversion(app, world) }),
    createCampaignTemplate: async (_, world) => templateInput(world, "createCampaignTemplate"),
    replaceCampaignTemplate: async (app, world) => ({
      ...templateInput(world, "replaceCampaignTemplate"),
      id: await makeTarget(app, world, "/campaigns/templates"),
    }),
    updateCampaignTemplate: async (app, world) => ({
      ...templateInput(world, "updateCampaignTemplate"),
      id: await makeTarget(app, world, "/campaigns/templates"),
    }),
  },
};

const makeCampaign = (app: App, world: World): Promise<string> => makeTarget(app, world, "/campaigns");

async function makeRunningCampaign(app: App, world: World): Promise<Input> {
  const id = await makeCampaign(app, world);
  await sendAs(app, world.tenant.token, findOperation("activateCampaign"), { id });
  return { id };
}

/** Wins an opportunity after a touch of the campaign. */
async function makeConversion(app: App, world: World): Promise<string> {
  const { admin } = world.tenant;
  const id = await makeCampaign(app, world);
  const { data: customer } = await admin.createCustomer({ name: `${world.seeds.mark} quay` });
  const { data: contact } = await admin.createContact({ customer_id: customer.id, last_name: "Lund" });
  const touch = { id: String(contact.personal_key_id), interaction_type: "visit", campaign_id: id };
  await admin.createJourneyEntry(touch);
  const sale = { name: "Pier", customer_id: customer.id, contact_id: contact.id, amount: "10.00" };
  await admin.winOpportunity({ id: (await admin.createOpportunity(sale)).data.id });
  await app.settle();
  return String((await admin.listCampaignConversions({ id })).data[0]?.id);
}

const metricInput = ({ seeds: { ids } }: World): Input => ({
  channel_id: ids["master marketing_channels"],
  metric_date: "2020-01-01",
  impressions: 1000,
  clicks: 20,
  conversions: 3,
  cost: "12.5",
  revenue: "40",
  source: "api",
});

const activityInput = ({ seeds: { mark, ids } }: World): Input => ({
  name: `${mark}-post`,
  activity_type: "SOCIAL_POST",
  description: `${mark}-text`,
  channel_id: ids["master marketing_channels"],
  scheduled_date: "2027-01-04T08:00:00.000Z",
  execution_date: "2027-01-05T08:00:00.000Z",
  budget: "100",
  target_audience: { size: 5 },
});

const assetInput = ({ seeds: { mark } }: World): Input => ({
  name: `${mark}-film`,
  asset_type: "VIDEO",
  file_url: "https://cdn.example/film.mp4",
  dimensions: "1920x1080",
  tags: [`${mark}-tag`],
});

const uploadedFile = async (app: App, world: World): Promise<Input> => ({
  asset_type: "DOCUMENT",
  file_url: undefined,
  upload_id: await makeUpload(app, world, "a,b"),
});

const parts = {
  metric: { operation: "createCampaignMetric", build: metricInput },
  activity: { operation: "createCampaignActivity", build: activityInput },
  asset: { operation: "createCampaignAsset", build: assetInput },
} as const;

async function makePart(app: App, world: World, part: keyof typeof parts, more: Input = {}): Promise<Input> {
  const id = await makeCampaign(app, world);
  const { operation, build } = parts[part];
  const input = { id, ...build(world), ...more };
  const data = parseData(await sendAs(app, world.tenant.token, findOperation(operation), input));
  return { id, [`${part}_id`]: data.id };
}

const templateInput = ({ seeds }: World, name: string): Input => ({
  ...(generateValue(inputSchema(findOperation(name)), seeds) as Input),
  activities: [
    {
      name: `${seeds.mark}-post`,
      activity_type: "SOCIAL_POST",
      channel_id: seeds.ids["master marketing_channels"],
      offset_days: 3,
    },
  ],
});
