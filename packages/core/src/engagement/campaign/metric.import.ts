import * as z from "zod";
import { invalid } from "../../kernel/error.ts";
import { listFields } from "../../kernel/field.ts";
import { fn, parse } from "../../kernel/fn.ts";
import { currency, id, master, text } from "../../kernel/schema.ts";
import { MARKETING_CHANNELS } from "../../people/person/person.masters.ts";
import { type Importable, type Input, pickCurrentValues, type RowResult, toText } from "../../platform/import/importable.ts";
import { Start, type StartResult } from "../../platform/import/start-input.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Upload } from "../../platform/upload/upload.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Campaigns } from "./campaign.entity.ts";
import { CAMPAIGN, campaignGrants } from "./campaign.kind.ts";
import { CampaignMetrics, fields } from "./metric.entity.ts";
import { CampaignMetric } from "./metric.ts";
import { isTotalRow, listHeaderCurrencies, recogniseLayout } from "./metric-layout.rules.ts";

/**
 * Daily metrics from files. Each row is a day of a channel. Rows of one file with the same day and channel are added up, because platforms export a row
 * for each of their campaigns; a later file replaces them.
 */

/** Columns of a file. Platforms count parts of conversions, so these are rounded. */
const columns = {
  ...fields,
  conversions: z.number().min(0).max(1_000_000_000).nullish(),
  currency: currency().nullish().describe("Must be that of the campaign"),
  platform_campaign: text(500).nullish().describe("Name of the campaign on the platform"),
};

/** Values that the start of the import sets for all rows. */
const startFields = {
  campaign_id: id(CAMPAIGN),
  only_platform_campaign: text(500).nullish().describe("Rows of other campaigns of the platform are skipped"),
};

const synonymsByField: Readonly<Record<string, readonly string[]>> = {
  metric_date: ["day", "date", "datum", "tag", "jour", "fecha", "data"],
  channel_id: ["channel", "marketing channel", "kanal", "canal", "canale"],
  impressions: ["impr", "views", "impressionen", "impresiones", "impressioni"],
  clicks: ["link clicks", "klicks", "clics", "clic"],
  conversions: ["conv", "results", "conversiones", "conversioni"],
  cost: ["spend", "amount spent", "total spent", "kosten", "coût", "coste", "costo"],
  revenue: ["conv value", "conversion value", "conversions value", "purchases conversion value", "umsatz", "ingresos", "ricavi"],
  platform_campaign: ["campaign", "campaign name", "kampagne", "campagne", "campaña", "campagna"],
};

const RowInput = z.strictObject({ ...columns, ...startFields });

/** Splits the values of a row into the row of the campaign and what only the file has. */
function toMetric(input: Input): Input {
  const {
    campaign_id,
    only_platform_campaign: _only,
    platform_campaign: _name,
    currency: _currency,
    conversions,
    ...row
  } = input;
  const rounded = typeof conversions === "number" ? { conversions: Math.round(conversions) } : {};
  return { ...row, ...rounded, source: "file", id: campaign_id };
}

export const campaignMetrics: Importable = {
  entity: "campaign-metrics",
  write: campaignGrants.write,
  delete: campaignGrants.write,
  validate: async ({ id: _id, created_at: _at, ...input }) => CampaignMetric.save.validate(toMetric(input)),
  fields: async () =>
    listFields({ ...columns, ...startFields }).map((field) => {
      const synonyms = synonymsByField[field.name];
      return synonyms ? { ...field, synonyms } : field;
    }),
  preload: async () => undefined,
  create: createRow,
  async update(metric_id, input) {
    const { id: campaignId, source: _source, channel_id: _channel, metric_date: _date, ...numbers } = toMetric(input);
    const { version } = await CampaignMetric.update(
      parse(CampaignMetric.update.schema, { ...numbers, id: campaignId, metric_id }),
    );
    return { id: metric_id, version, outcome: "updated" };
  },
  matchers: async () => ({ id: async (value) => toText(value) }),
  readPrevious: async (metric_id, input) =>
    pickCurrentValues(await Records.read(CampaignMetrics, metric_id), input, [...Object.keys(fields), "campaign_id"]),
  async remove(metric_id) {
    const { campaign_id } = await Records.read(CampaignMetrics, metric_id);
    return CampaignMetric.remove({ id: campaign_id, metric_id });
  },
};

async function createRow(input: Input): Promise<RowResult> {
  const { only_platform_campaign, platform_campaign } = input;
  const skipped: RowResult = { id: String(input.campaign_id), version: 0, outcome: "skipped" };
  if (
    isTotalRow(input) ||
    (only_platform_campaign !== undefined && only_platform_campaign !== null && only_platform_campaign !== platform_campaign)
  )
    return skipped;
  const { campaign_id, currency: rowCurrency } = parse(RowInput, input);
  const { id: campaignId, ...row } = toMetric(input);
  const metric = parse(CampaignMetric.Input, row);
  return retryOnConflict(async () => {
    const campaign = await Records.read(Campaigns, String(campaignId ?? campaign_id));
    if (rowCurrency && rowCurrency !== campaign.currency)
      throw invalid("currency", `Must be ${campaign.currency}, the currency of the campaign`);
    const tx = transaction();
    const record = await CampaignMetric.addRow(tx, await CampaignMetric.resolveRow(campaign, metric));
    await tx.commit(record);
    return { id: record.id, version: record.version, outcome: record.version === 1 ? "created" : "updated" };
  });
}

/** Starts an import of metrics into a campaign. Exports of known platforms are recognised by their columns. */
export const startImport = fn(
  Start.extend({
    id: text(64),
    channel_id: master(MARKETING_CHANNELS)
      .optional()
      .describe(
        "Channel of rows that name none. By default search ads for Google and Microsoft, social ads for Meta, LinkedIn and TikTok",
      ),
    platform_campaign: text(500).optional().describe("Only rows of this campaign of the platform; other rows are skipped"),
  }),
  async ({ id: campaignId, channel_id, platform_campaign, file, ...input }): Promise<z.output<typeof StartResult>> => {
    const campaign = await Records.read(Campaigns, campaignId);
    if ((input.upload_id === undefined) === (file === undefined))
      throw invalid("upload_id", "Exactly one of upload_id and the part `file` is required");
    if (Object.values(input.mapping ?? {}).some((field) => Object.hasOwn(startFields, field)))
      throw invalid("mapping", "Columns cannot set campaign_id: the path names the campaign");
    const requestedChannel = channel_id && (await Master.resolve(MARKETING_CHANNELS, channel_id, "channel_id", null));
    const upload_id = input.upload_id ?? (await Upload.store(file as Upload.FilePart)).id;
    const header = await readHeader(upload_id, input.options);
    const foreign = listHeaderCurrencies(header).find((code) => code !== campaign.currency);
    if (foreign)
      throw invalid(
        "file",
        `The amounts of the file are in ${foreign}, but the campaign has ${campaign.currency}: export them in ${campaign.currency}`,
      );
    const layout = input.mapping ? undefined : recogniseLayout(header);
    const channel = requestedChannel ?? (layout && (await Master.findByName(MARKETING_CHANNELS, layout.channel)));
    if (layout && !channel) throw invalid("channel_id", `Required: a file of ${layout.platform} names no channel`);
    const { start } = await import("../../platform/import/start.ts");
    return start(campaignMetrics, {
      ...input,
      upload_id,
      ...(layout ? { mapping: layout.mapping } : {}),
      options: {
        ...input.options,
        ...(layout?.date_format && !input.options.date_format ? { date_format: layout.date_format } : {}),
        defaults: {
          ...input.options.defaults,
          campaign_id: campaign.id,
          ...(channel ? { channel_id: channel } : {}),
          ...(platform_campaign ? { only_platform_campaign: platform_campaign } : {}),
        },
      },
    });
  },
);

async function readHeader(upload_id: string, options: z.output<typeof Start>["options"]): Promise<readonly string[]> {
  const { source } = await Upload.inspect(upload_id);
  const { readTable } = await import("../../lib/spreadsheet/table-reader.ts");
  const table = await readTable(source, options);
  await table.close();
  return table.header;
}
