/**
 * Recognises the exports of advertising platforms by the names of their columns (docs/engagement/campaigns.md, "Files of advertising platforms"). Names
 * are those of exports in English. Other files are mapped by the usual names of fields. Pure.
 */

/** The fields to which columns of a file are mapped. */
const layoutFields = [
  "metric_date",
  "platform_campaign",
  "impressions",
  "clicks",
  "conversions",
  "cost",
  "revenue",
  "currency",
] as const;
type LayoutField = (typeof layoutFields)[number];

interface Layout {
  platform: string;
  /** Names that only this platform uses, in lower case without a currency. One of each group must occur. */
  signature: readonly (readonly string[])[];
  /** The names of the column of each field, the best first. */
  columns: Readonly<Partial<Record<LayoutField, readonly string[]>>>;
  /** Code of the channel to which rows without a channel belong. */
  channel: string;
  /** How dates are written if they are not in ISO 8601. */
  date_format?: string;
}

const layouts: readonly Layout[] = [
  {
    platform: "LinkedIn Campaign Manager",
    signature: [["start date (in utc)"], ["total spent"]],
    columns: {
      metric_date: ["start date (in utc)"],
      platform_campaign: ["campaign name", "campaign group name"],
      impressions: ["impressions"],
      clicks: ["clicks"],
      conversions: ["conversions"],
      cost: ["total spent"],
      revenue: ["total conversion value"],
      currency: ["currency"],
    },
    channel: "social_ads",
    date_format: "MM/DD/YYYY",
  },
  {
    platform: "Meta Ads",
    signature: [["amount spent"], ["day", "reporting starts"]],
    columns: {
      metric_date: ["day", "reporting starts"],
      platform_campaign: ["campaign name"],
      impressions: ["impressions"],
      clicks: ["link clicks", "clicks (all)"],
      conversions: ["results", "purchases"],
      cost: ["amount spent"],
      revenue: ["purchases conversion value", "website purchases conversion value"],
      currency: ["currency"],
    },
    channel: "social_ads",
  },
  {
    platform: "TikTok Ads",
    signature: [["clicks (destination)", "clicks (all)"], ["cost"], ["by day", "date", "day"]],
    columns: {
      metric_date: ["by day", "date", "day"],
      platform_campaign: ["campaign name"],
      impressions: ["impressions"],
      clicks: ["clicks (destination)", "clicks (all)"],
      conversions: ["conversions", "results"],
      cost: ["cost"],
      revenue: ["total purchase value", "purchase value"],
      currency: ["currency"],
    },
    channel: "social_ads",
  },
  {
    platform: "Microsoft Advertising",
    signature: [["spend"], ["gregorian date", "timeperiod", "time period", "day", "date"], ["impressions", "impr."]],
    columns: {
      metric_date: ["gregorian date", "timeperiod", "time period", "day", "date"],
      platform_campaign: ["campaign", "campaign name", "campaignname"],
      impressions: ["impressions", "impr."],
      clicks: ["clicks"],
      conversions: ["conversions", "conv."],
      cost: ["spend"],
      revenue: ["revenue"],
      currency: ["currency code", "currencycode", "currency"],
    },
    channel: "search_ads",
  },
  {
    platform: "Google Ads",
    signature: [["day"], ["impr."], ["cost"]],
    columns: {
      metric_date: ["day"],
      platform_campaign: ["campaign"],
      impressions: ["impr."],
      clicks: ["clicks"],
      conversions: ["conversions"],
      cost: ["cost"],
      revenue: ["conv. value", "total conv. value", "conversion value"],
      currency: ["currency code", "currency"],
    },
    channel: "search_ads",
  },
];

interface RecognisedLayout {
  platform: string;
  /** Column → field. */
  mapping: Record<string, LayoutField>;
  channel: string;
  date_format: string | undefined;
}

const CURRENCY = /\s*\(([A-Z]{3})\)\s*$/;

const toName = (column: string): string => column.replace(CURRENCY, "").trim().replace(/\s+/g, " ").toLowerCase();

/** Returns the layout of a file with these columns; undefined if it is of no known platform. */
export function recogniseLayout(header: readonly string[]): RecognisedLayout | undefined {
  const columnByName = new Map(header.map((column) => [toName(column), column] as const).reverse());
  const layout = layouts.find(({ signature }) => signature.every((names) => names.some((name) => columnByName.has(name))));
  if (!layout) return undefined;
  const mapping = layoutFields.flatMap((field) => {
    const name = layout.columns[field]?.find((candidate) => columnByName.has(candidate));
    const column = name === undefined ? undefined : columnByName.get(name);
    return column === undefined ? [] : [[column, field] as const];
  });
  const { platform, channel, date_format } = layout;
  return { platform, mapping: Object.fromEntries(mapping), channel, date_format };
}

/** Returns the currencies that columns such as `Amount spent (EUR)` name, each once. */
export const listHeaderCurrencies = (header: readonly string[]): string[] => [
  ...new Set(header.flatMap((column) => CURRENCY.exec(column)?.[1] ?? [])),
];

/** Returns whether a row without a day sums up others: exports of Google Ads end with `Total: …`, those of Meta Ads begin with a row without a name. */
export const isTotalRow = ({ metric_date, platform_campaign }: Partial<Record<LayoutField, unknown>>): boolean =>
  (metric_date ?? "") === "" &&
  (typeof platform_campaign !== "string" || platform_campaign.trim() === "" || /^total\b/i.test(platform_campaign.trim()));
