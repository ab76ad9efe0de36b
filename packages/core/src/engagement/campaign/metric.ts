import * as z from "zod";
import { toCurrencyPrecision } from "../../kernel/amount.ts";
import { Clock } from "../../kernel/clock.ts";
import { useActor, useRequest, useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { collectDetails, type ErrorDetail, invalid, invalidAll, isFailure, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, isId } from "../../kernel/id.ts";
import { Money } from "../../kernel/money.ts";
import {
  date,
  IdInput,
  master,
  oneOf,
  patchSchema,
  type StoredFields,
  text,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { addDays } from "../../kernel/time-zone.ts";
import { MARKETING_CHANNELS } from "../../people/person/person.masters.ts";
import { IMPORT } from "../../platform/import/import.kind.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Rates } from "../../sales/exchange-rate/rates.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { toIdBounds } from "../../storage/read/query-plan.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { runBulkStep } from "../../storage/write/bulk-plan.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type CampaignRecord, Campaigns } from "./campaign.entity.ts";
import { requireInCampaign } from "./campaign-child.ts";
import { computeDefaultCost } from "./campaign-figures.rules.ts";
import { CampaignMetrics, fields, type MetricRecord, numberFields, Stored } from "./metric.entity.ts";
import { CAMPAIGN_METRIC } from "./metric.kind.ts";
import { addMetrics, deriveFigures, groupMetrics, metricGroups, metricSources, writableSources } from "./metric.rules.ts";

/** Daily metrics of campaigns: one row for each campaign, channel, day and source (docs/engagement/campaigns.md). */

export const Info = Stored.omit({ refresh_at: true });
export const Row = rowSchema(Stored, CampaignMetrics.definition.row);

const rangeParameters = {
  from: date().optional().describe("The first day"),
  to: date().optional().describe("The last day"),
  channel: master(MARKETING_CHANNELS).optional(),
  source: oneOf(metricSources).optional(),
};

const Query = listSchema(CampaignMetrics, rangeParameters).extend(IdInput.shape);

/** Ids begin with the day, which is not before the epoch. */
const toTimeRange = ({ from, to }: DayBounds): ListQuery["timeRange"] =>
  from === undefined && to === undefined ? undefined : { from, to };

/** Lists the rows of a campaign by day, the latest first. */
export const list = fn(Query, async ({ id: campaignId, from, to, ...input }) => {
  const campaign = await Records.read(Campaigns, campaignId);
  const query = await Master.resolveAll(rangeParameters, input, input);
  return listRecords(CampaignMetrics, {
    ...buildListQuery(CampaignMetrics, query),
    parent: campaign.id,
    timeRange: toTimeRange({ from, to }),
  });
});

/** The highest number of rows that one request adds up. */
export const MAX_SUMMED_ROWS = 5000;

const percent = () => z.string().nullable().meta({ "x-type": "number" });

export const Numbers = z.object({
  impressions: z.number().nullable(),
  clicks: z.number().nullable(),
  conversions: z.number().nullable(),
  cost: Stored.shape.cost,
  revenue: Stored.shape.revenue,
  click_through_rate: percent(),
  cost_per_click: Stored.shape.cost_per_click,
  click_conversion_rate: percent(),
  roi: percent(),
});

export const Summary = z.object({
  group_by: oneOf(metricGroups),
  currency: z.string(),
  groups: z
    .array(
      Numbers.extend({
        key: z.string().describe("A day, the Monday of a week, a month (`YYYY-MM`), or the id of a channel"),
        label: z.string().nullable().describe("The name of the channel"),
      }).meta({ id: "CampaignMetricGroup" }),
    )
    .describe("In ascending order of the key"),
  totals: Numbers.meta({ id: "CampaignMetricNumbers" }),
});

/** Adds up the rows of a campaign by day, week, month or channel. */
export const summarize = fn(
  IdInput.extend({ ...rangeParameters, group_by: oneOf(metricGroups) }),
  async ({ id: campaignId, from, to, group_by, ...input }): Promise<z.output<typeof Summary>> => {
    if (from && to && to < from) throw invalid("to", "Must not be before from");
    const campaign = await Records.read(Campaigns, campaignId);
    const { channel, source } = await Master.resolveAll(rangeParameters, input, input);
    const rows = (await loadRows(campaign.id, { from, to })).filter(
      (metric) => (!channel || metric.channel_id === channel) && (!source || metric.source === source),
    );
    const groups = await Promise.all(
      groupMetrics(rows, group_by).map(async ({ key, numbers }) => ({
        key,
        label: group_by === "channel" ? ((await Master.find(MARKETING_CHANNELS, key))?.name ?? null) : null,
        ...numbers,
        ...deriveFigures(numbers),
      })),
    );
    const sum = sumMetrics(campaign, groups as Parameters<typeof addMetrics>[0][]);
    return { group_by, currency: campaign.currency, groups, totals: { ...sum, ...deriveFigures(sum) } };
  },
);

/** Reads the rows of a campaign, the earliest first. */
export async function loadRows(campaignId: string, days: DayBounds): Promise<MetricRecord[]> {
  const rows: MetricRecord[] = [];
  for await (const row of queryPartitions(CampaignMetrics, [partitionOf(campaignId, days)], {
    order: "asc",
    after: undefined,
    chunk: 1000,
  })) {
    if (rows.length === MAX_SUMMED_ROWS)
      throw invalid("from", `More than ${MAX_SUMMED_ROWS} rows are in this range: choose fewer days with from and to`);
    rows.push(CampaignMetrics.fromRow(row));
  }
  return rows;
}

interface DayBounds {
  from?: string | undefined;
  to?: string | undefined;
}

/** Adds up rows. Clicks are null if rows have impressions and none of them knows its clicks. */
export function sumMetrics({ currency }: CampaignRecord, rows: readonly Parameters<typeof addMetrics>[0][]) {
  const zero = Money.zero(Money.currencyDecimals(currency));
  const sum = rows.reduce(addMetrics, { impressions: 0, clicks: 0, conversions: 0, cost: zero, revenue: zero });
  const isUnknown = sum.impressions !== 0 && rows.every(({ clicks }) => clicks === null);
  return isUnknown ? { ...sum, clicks: null } : sum;
}

const partitionOf = (campaignId: string, days: DayBounds) => ({
  index: "by_related" as const,
  facets: { campaign_id: campaignId },
  ...toIdBounds(CAMPAIGN_METRIC, days),
});

const sourceField = {
  source: oneOf(writableSources)
    .optional()
    .describe("`api` for an API key, otherwise `manual`. Each source has a row of its own"),
};

export const Input = z.strictObject({ ...fields, ...sourceField });
type RowInput = z.output<typeof Input>;

/** Sets the row of a channel, day and source. An existing row gets the new numbers, and a deleted one is restored. */
export const save = fn(Input.extend(IdInput.shape), ({ id: campaignId, ...input }) =>
  retryOnConflict(async () => {
    const campaign = await Records.read(Campaigns, campaignId);
    const values = await resolveRow(campaign, input);
    const tx = transaction().requireLive(campaign.id, () => notFound());
    return tx.commit(await addRow(tx, values));
  }),
);

/** The highest number of rows of one request. */
export const MAX_ROWS = 500;
/** Rows of one transaction. */
const ROWS_PER_TRANSACTION = 40;

export const Saved = z.object({
  rows: z.array(z.object({ id: z.string(), version: z.number().int() })).describe("In the order of the request"),
});

/**
 * Sets many rows. All of them are checked before the first is written. A request that is interrupted can be repeated, because a row that is
 * written again stays the same.
 */
export const saveMany = fn(
  IdInput.extend({ rows: z.array(Input).min(1).max(MAX_ROWS) }),
  async ({ id: campaignId, rows }): Promise<z.output<typeof Saved>> => {
    const campaign = await Records.read(Campaigns, campaignId);
    const details: ErrorDetail[] = [];
    const values: MetricValues[] = [];
    for (const [index, input] of rows.entries()) {
      try {
        values.push(await resolveRow(campaign, input));
      } catch (error) {
        if (!isFailure(error, "VALIDATION_ERROR")) throw error;
        details.push(...error.details.map(({ field, message }) => ({ field: `rows[${index}].${field}`, message })));
      }
    }
    const places = new Map<string, number>();
    for (const [index, value] of values.entries()) {
      const first = places.get(rowKey(value));
      if (first !== undefined && details.length === 0)
        details.push({
          field: `rows[${index}]`,
          message: `Has the channel, day and source of rows[${first}]: add both up in one row`,
        });
      places.set(rowKey(value), first ?? index);
    }
    if (details.length > 0) throw invalidAll(details);
    const saved: z.output<typeof Saved>["rows"] = [];
    for (let start = 0; start < values.length; start += ROWS_PER_TRANSACTION) {
      const slice = values.slice(start, start + ROWS_PER_TRANSACTION);
      const write = () =>
        retryOnConflict(async () => {
          const tx = transaction().requireLive(campaign.id, () => notFound());
          const records = await Promise.all(slice.map((value) => addRow(tx, value)));
          const rows = [...saved, ...records.map(({ id, version }) => ({ id, version }))];
          return tx.commit({ rows });
        });
      const isLast = start + ROWS_PER_TRANSACTION >= values.length;
      const { rows } = await (isLast ? write() : runBulkStep(write));
      saved.splice(0, saved.length, ...rows);
    }
    return { rows: saved };
  },
);

type MetricFigures = "click_through_rate" | "cost_per_click" | "click_conversion_rate" | "roi";
type BaseField = "id" | "version" | "created_at" | "created_by" | "updated_at" | "updated_by" | "deleted_at";
export type MetricValues = Omit<MetricRecord, MetricFigures | BaseField>;

/** The text that identifies a row. */
const rowKey = ({ campaign_id, channel_id, metric_date, source }: Pick<MetricValues, KeyField>): string =>
  [campaign_id, channel_id, metric_date, source].join("#");
type KeyField = "campaign_id" | "channel_id" | "metric_date" | "source";

const defaultSource = (): (typeof writableSources)[number] => (useActor().type === "api_key" ? "api" : "manual");

/** Checks a row and completes it. Throws one error with all faults. */
export async function resolveRow(
  campaign: CampaignRecord,
  { source = defaultSource(), ...input }: RowInput,
): Promise<MetricValues> {
  const details: ErrorDetail[] = [];
  // Accounts of platforms may be in a time zone where the next day has begun.
  if (input.metric_date > addDays(today(), 1)) details.push({ field: "metric_date", message: "Must not be in the future" });
  details.push(...findClickFaults({ ...input, source }));
  const resolved = await collectDetails(details, Master.resolveAll(fields, toStoredFields(fields, input)), undefined);
  const amounts = await resolveAmounts(details, input, campaign.currency);
  if (details.length > 0 || !resolved) throw invalidAll(details);
  const base = {
    ...resolved,
    ...amounts,
    campaign_id: campaign.id,
    source,
    currency: campaign.currency,
    import_id: currentImport(),
    refresh_at: null,
  };
  return withDefaultCost<MetricValues>({ ...base, cost_is_default: false });
}

type ClickCounts = Pick<RowInput, "clicks" | "impressions"> & { readonly source: string };

/** Platforms may report several clicks of one impression. In what a person types, more clicks than impressions are a mix-up. */
const findClickFaults = ({ source, clicks, impressions }: ClickCounts): ErrorDetail[] =>
  source === "manual" && (clicks ?? 0) > (impressions ?? Number.POSITIVE_INFINITY)
    ? [{ field: "clicks", message: "Must not be more than the impressions" }]
    : [];

const currentImport = (): string | null => {
  const { id } = useRequest();
  return isId(id, IMPORT) ? id : null;
};

async function resolveAmounts(
  details: ErrorDetail[],
  { cost, revenue }: { cost?: string | null | undefined; revenue?: string | null | undefined },
  currency: string,
): Promise<{ cost: string | null; revenue: string | null }> {
  const convert = (field: string, value: string | null | undefined) =>
    collectDetails(details, (async () => toCurrencyPrecision(field, value ?? null, currency))(), null);
  return { cost: await convert("cost", cost), revenue: await convert("revenue", revenue) };
}

/** Computes the cost of a row that names none. The prices of channels are in the currency of the organization. */
export async function withDefaultCost<R extends MetricValues>(row: R): Promise<R> {
  if (row.cost !== null) return row;
  const channel = await Master.find(MARKETING_CHANNELS, row.channel_id);
  const { currency } = useSettings();
  const cost = computeDefaultCost({
    clicks: row.clicks,
    impressions: row.impressions,
    default_cpc: toPrice(channel?.default_cost_per_click),
    default_cpm: toPrice(channel?.default_cost_per_impression),
    currency,
  });
  const [rate] = cost === null ? [] : await Rates.findRates([{ from: currency, to: row.currency, day: row.metric_date }]);
  const converted = cost !== null && rate ? Rates.convert(cost, currency, row.currency, rate) : null;
  return { ...row, cost: converted, cost_is_default: converted !== null };
}

const toPrice = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** Adds the row to the transaction, and returns it. In an import, rows of one file with the same key are added up. */
export async function addRow(tx: Transaction, values: MetricValues): Promise<MetricRecord> {
  const { id, existing } = await findRow(values);
  if (!existing) {
    const row = Records.init(CampaignMetrics, withFigures(values), { id });
    // `Records.init` takes the time from the id, which is the day of the row. The row was created now.
    const time = Clock.now();
    const record = { ...row, created_at: time, updated_at: time };
    tx.create(CampaignMetrics, record, () => new WriteConflict("The row of this day was written concurrently"));
    return record;
  }
  const isSameFile = values.import_id !== null && existing.import_id === values.import_id && existing.deleted_at === null;
  const numbers = isSameFile ? addMetrics(existing, values) : values;
  const cost_is_default = isSameFile ? existing.cost_is_default || values.cost_is_default : values.cost_is_default;
  const next = withFigures({ ...existing, ...values, ...numbers, cost_is_default, deleted_at: null });
  if (!isSameFile && Records.listChangedFields(CampaignMetrics, existing, next).length === 0) return existing;
  const record = Records.nextVersion(existing, next);
  tx.replace(CampaignMetrics, existing, record);
  return record;
}

export const withFigures = <T extends MetricValues>(row: T) => ({ ...row, ...deriveFigures(row) });

/** Attempts to find a free id, if the ids of two rows of one day are equal by chance. */
const MAX_COLLISIONS = 4;

/** Returns the id that follows from the key of a row, and the row if it exists, deleted or not. */
export async function findRow(values: Pick<MetricValues, KeyField>): Promise<{ id: string; existing: MetricRecord | undefined }> {
  const key = rowKey(values);
  for (let attempt = 0; attempt < MAX_COLLISIONS; attempt++) {
    const id = derivedId(CAMPAIGN_METRIC, Date.parse(values.metric_date), attempt === 0 ? key : `${key}#${attempt}`);
    const existing = await Records.load(CampaignMetrics, id);
    if (!existing || rowKey(existing) === key) return { id, existing };
  }
  throw new Error(`The ids of ${key} are taken`);
}

const MetricIdInput = IdInput.extend({ metric_id: text(64) });

export const get = fn(MetricIdInput, async ({ id: campaignId, metric_id }) => {
  const campaign = await Records.read(Campaigns, campaignId);
  return requireInCampaign(await Records.read(CampaignMetrics, metric_id), campaign.id);
});

/** Changes the numbers of a row. Its channel, day and source cannot be changed. */
export const update = fn(
  patchSchema(numberFields).extend(MetricIdInput.shape),
  async ({ id: campaignId, metric_id, ...patch }) => {
    const campaign = await Records.read(Campaigns, campaignId);
    return Records.change(CampaignMetrics, metric_id, async (current) => {
      requireWritable(requireInCampaign(current, campaign.id));
      const changes: Partial<StoredFields<typeof numberFields>> = toStoredPatch(numberFields, patch);
      const next = { ...current, ...changes };
      // A cost that was computed is computed again, unless the caller names one.
      const cost = changes.cost === undefined && current.cost_is_default ? null : next.cost;
      const details = findClickFaults(next);
      const amounts = await resolveAmounts(details, { cost, revenue: next.revenue }, current.currency);
      if (details.length > 0) throw invalidAll(details);
      const isRecomputed = changes.cost !== undefined || current.cost_is_default;
      const row = { ...next, ...amounts, cost_is_default: current.cost_is_default && changes.cost === undefined };
      return withFigures(isRecomputed ? { ...row, ...(await withDefaultCost({ ...row, cost_is_default: false })) } : row);
    });
  },
);

export const remove = fn(MetricIdInput, async ({ id: campaignId, metric_id }) => {
  const campaign = await Records.read(Campaigns, campaignId);
  return Records.remove(CampaignMetrics, metric_id, (current) => requireWritable(requireInCampaign(current, campaign.id)));
});

/** Refuses to change a row that the system writes. */
function requireWritable(metric: MetricRecord): MetricRecord {
  if (metric.source === "system")
    throw ruleViolation("Rows of source system are computed from the messages of the campaign and cannot be changed", [
      { field: "source", message: "Must not be system: set a row of another source" },
    ]);
  return metric;
}

export * as CampaignMetric from "./metric.ts";
