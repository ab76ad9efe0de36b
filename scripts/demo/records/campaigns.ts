import { DAY_MS, type DemoContext, type DemoRecords } from "../context.ts";

export const records: DemoRecords = { after: ["agreements"], create: createCampaigns };

/** A channel of a campaign: what a usual day brings, in the currency of the tenant. */
interface Traffic {
  channel_id: string;
  impressions: number;
  clicks: number;
  conversions: number;
  /** In cents for a click. */
  price: number;
  revenue: number;
}

const searchAds: Traffic = { channel_id: "search_ads", impressions: 2400, clicks: 96, conversions: 4, price: 85, revenue: 310 };
const socialAds: Traffic = { channel_id: "social_ads", impressions: 5200, clicks: 78, conversions: 2, price: 62, revenue: 120 };
const organicSearch: Traffic = {
  channel_id: "organic_search",
  impressions: 900,
  clicks: 41,
  conversions: 2,
  price: 0,
  revenue: 140,
};

/** The share of a usual day in each month, from the month that is a year ago: boats sell in spring. */
const seasons = [0.5, 0.6, 0.8, 1.1, 1.4, 1.5, 1.2, 0.9, 0.7, 0.6, 0.5, 0.4];
/** Days between two rows of a channel. */
const ROW_DAYS = 7;
const YEAR_DAYS = 364;

/** Creates a campaign of the last year with metrics by channel, and a tree of campaigns of the next season with activities and assets. */
async function createCampaigns(context: DemoContext): Promise<void> {
  const {
    admin,
    rep: { id: owner_id },
  } = context;
  const dayFromNow = (days: number): string => new Date(context.now + days * DAY_MS).toISOString().slice(0, 10);
  const { data: year } = await admin.createCampaign({
    name: "Kayaks for everyone",
    type: "ADVERTISING",
    goal: "CONVERSION",
    status: "IN_PROGRESS",
    start_date: dayFromNow(-YEAR_DAYS),
    end_date: dayFromNow(60),
    budget: "2500",
    budget_cycle: "MONTHLY",
    channel_ids: ["search_ads", "social_ads", "organic_search"],
    expected_revenue: "60000",
    owner_id,
  });
  for (const traffic of [searchAds, socialAds, organicSearch]) {
    const rows = Array.from({ length: YEAR_DAYS / ROW_DAYS }, (_, week) =>
      buildRow(traffic, week, dayFromNow((week + 1) * ROW_DAYS - YEAR_DAYS)),
    );
    await admin.createCampaignMetrics({ id: year.id, rows });
  }
  const { data: template } = await admin.createCampaignTemplate({
    name: "Trade fair",
    type: "EVENT",
    goal: "AWARENESS",
    budget: "8000",
    duration_days: 5,
    channel_ids: ["event", "email"],
    activities: [
      { name: "Invite customers", activity_type: "EMAIL", channel_id: "email", offset_days: 0 },
      { name: "Open the stand", activity_type: "EVENT", channel_id: "event", offset_days: 2 },
    ],
  });
  const season = { parent_campaign_id: year.id, owner_id };
  const { data: fair } = await admin.createCampaign({
    ...season,
    campaign_template_id: template.id,
    name: "Boat fair Hamburg",
    start_date: dayFromNow(20),
  });
  await admin.createCampaign({
    ...season,
    name: "Paddling school",
    type: "CONTENT",
    goal: "BRANDING",
    start_date: dayFromNow(30),
    budget: "1200",
  });
  await admin.createCampaignActivity({
    id: fair.id,
    name: "Post from the stand",
    activity_type: "SOCIAL_POST",
    channel_id: "social_media",
    scheduled_date: new Date(context.now + 22 * DAY_MS).toISOString(),
    owner_id,
  });
  await admin.createCampaignAsset({
    id: fair.id,
    name: "Stand banner",
    asset_type: "IMAGE",
    file_url: "https://cdn.example/stand-banner.png",
    dimensions: "1200x630",
    tags: ["fair"],
  });
  // The first report computes the sales, so that later ones are complete at once.
  await admin.getCampaignAttribution({});
}

/** Builds a row that varies from week to week in the same way in each run. */
function buildRow({ channel_id, impressions, clicks, conversions, price, revenue }: Traffic, week: number, metric_date: string) {
  const share = (seasons[Math.floor((week * seasons.length) / (YEAR_DAYS / ROW_DAYS))] ?? 1) * (0.85 + ((week * 7) % 10) / 33);
  const count = Math.round(clicks * share);
  return {
    channel_id,
    metric_date,
    impressions: Math.round(impressions * share),
    clicks: count,
    conversions: Math.round(conversions * share),
    cost: ((count * price) / 100).toFixed(2),
    revenue: (revenue * share).toFixed(2),
  };
}
