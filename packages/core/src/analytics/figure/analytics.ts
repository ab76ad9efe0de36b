import * as z from "zod";
import { customerStatuses, lifecycleStages, riskLevels } from "../../accounts/customer/customer.rules.ts";
import { fn } from "../../kernel/fn.ts";
import { period, resolveDayRange } from "../../kernel/period.ts";
import { currency, date, instant, oneOf } from "../../kernel/schema.ts";
import { COMMUNICATION_CHANNELS, INTERACTION_TYPES } from "../../people/interaction/interaction.masters.ts";
import { Master } from "../../platform/master-data/master.ts";
import { Forecast } from "../../sales/figures/forecast.ts";
import { ownerFilters, resolveOwners } from "../../sales/figures/owner-counters.ts";
import { Pipeline } from "../../sales/figures/pipeline.ts";
import { PipelineBridge } from "../../sales/figures/pipeline-bridge.ts";
import { buildMonthCondition, buildRowRequests, opens } from "../../sales/figures/row-request.rules.ts";
import { Summary } from "../../sales/lead/summary.ts";
import { intervals } from "./bucket.rules.ts";
import { comparisons } from "./comparison.rules.ts";
import type { CustomerData } from "./customer-data.ts";
import { units } from "./figure.ts";
import { FigureReader, FigureValue, Row } from "./figure-reader.ts";
import { type FigureName, figureNames, findFigure } from "./figure-registry.ts";
import { customerRows, leadRows } from "./figure-rows.rules.ts";
import { InteractionData } from "./interaction-data.ts";
import { InteractionGroups } from "./interaction-groups.rules.ts";
import { productField, productRows, readProductRows } from "./product-rows.ts";

/** The figures of the dashboards and reports (docs/analytics/figures.md), from counters. No record is read. */

const scopeFields = {
  ...period,
  ...ownerFilters,
  compare_to: oneOf(comparisons)
    .optional()
    .describe(
      "The period with which `from` to `to` is compared. `previous_period`: as many days before, or as many months if the period is whole months",
    ),
};
const intervalField = { interval: oneOf(intervals).optional().describe("Adds rows for each of these parts of the period") };

export const Scope = z.strictObject(scopeFields);
export const DividedScope = z.strictObject({ ...scopeFields, ...intervalField });

export const answerFields = {
  currency: currency().describe("Currency of the amounts: the tenant's"),
  from: date(),
  to: date(),
  compared: z.object({ from: date(), to: date() }).nullable().describe("The period of `previous`"),
  figures: z.array(FigureValue).describe("The figures that the caller may read"),
  as_of: instant().nullable().describe("Changes up to this instant are counted"),
};
export const periodRows = z.array(Row).describe("The figures of each part of the period, in order");
export const ownerRows = z
  .array(Row)
  .describe("The figures of each owner, those with the highest first figure first, at most 100");

const FigureInfo = z
  .object({
    name: oneOf(figureNames),
    label: z.string(),
    unit: oneOf(units),
    formula: z.string(),
    source: z.string(),
    example: z.string(),
    time: oneOf(["period", "now"]).describe("`period`: of the days of the request; `now`: the state at the time of the request"),
    groups: z.array(oneOf(["owner", "period"])).describe("How the figure can be divided into rows"),
  })
  .meta({ id: "Figure" });

export const Figures = z.object({ figures: z.array(FigureInfo) });

export const listFigures = fn(
  z.strictObject({}),
  async (): Promise<z.output<typeof Figures>> => ({
    figures: FigureReader.selectReadable(figureNames).map((name) => {
      const { label, unit, formula, source, example, time, groups } = findFigure(name);
      return { ...{ name, label, unit, formula, source, example, time }, groups: [...groups] };
    }),
  }),
);

/** Whether a filter leaves out owners whom the caller sees. */
const isNarrowed = (filter: { owner?: unknown; team?: unknown; territory?: unknown }): boolean =>
  [filter.owner, filter.team, filter.territory].some((value) => value !== undefined);

interface Division {
  interval?: z.output<typeof DividedScope>["interval"] | undefined;
  isByOwner?: boolean;
}

/** Creates the source of the figures of a request's scope. */
export async function createScopeSource(input: z.output<typeof Scope>, isByOwner = false): Promise<FigureReader.FigureSource> {
  const { from, to, compare_to, ...owners } = input;
  return FigureReader.createSource({
    ...{ comparison: compare_to, isByOwner },
    ...{ owners: await resolveOwners(owners), isNarrowed: isNarrowed(owners) },
    range: resolveDayRange({ from, to }),
  });
}

/** Reads figures of the scope of a request. */
export const readScope = async (names: readonly FigureName[], input: z.output<typeof Scope>, division: Division = {}) =>
  FigureReader.readFrom(await createScopeSource(input, division.isByOwner), { names, ...division });

const salesFigures = [
  "bookings",
  "opportunities_won",
  "opportunities_lost",
  "win_rate",
  "average_deal_value",
  "average_cycle_days",
  "opportunities_created",
] as const;

export const Sales = z.object({ ...answerFields, by_period: periodRows, by_owner: ownerRows }).meta({ id: "SalesAnalytics" });

export const ProductSales = Sales.extend({ by_product: productRows }).meta({ id: "ProductSalesAnalytics" });

export const readSales = fn(
  DividedScope.extend(productField),
  async ({ interval, group_by, ...scope }): Promise<z.output<typeof ProductSales>> => {
    const { from, to, owner, team, territory } = scope;
    const [answer, by_product] = await Promise.all([
      readScope(salesFigures, scope, { interval, isByOwner: true }),
      group_by
        ? resolveOwners({ owner, team, territory }).then((owners) =>
            readProductRows({ owners, group: group_by, range: resolveDayRange({ from, to }) }),
          )
        : [],
    ]);
    return { ...answer, by_product };
  },
);

const revenueFigures = ["revenue", "bookings", "average_deal_value", "opportunities_won"] as const;

export const readRevenue = fn(
  DividedScope,
  ({ interval, ...scope }): Promise<z.output<typeof Sales>> => readScope(revenueFigures, scope, { interval, isByOwner: true }),
);

const pipelineFigures = ["pipeline_value", "weighted_pipeline", "open_opportunities", "forecast_3_months"] as const;

export const PipelineInfo = z
  .object({
    ...answerFields,
    by_stage: Pipeline.Info.shape.by_stage,
    by_owner: Pipeline.Info.shape.by_owner,
    by_month: Pipeline.Info.shape.by_period,
    by_product: productRows,
    bridge: PipelineBridge.Info.nullable().describe(
      "How the pipeline came from the day before `from` to `to`; null if the day before was not taken",
    ),
  })
  .meta({ id: "PipelineAnalytics" });

export const readPipeline = fn(
  Scope.extend(productField),
  async ({ group_by, ...scope }): Promise<z.output<typeof PipelineInfo>> => {
    const { from, to, owner, team, territory } = scope;
    const owners = { owner, team, territory };
    const range = resolveDayRange({ from, to });
    const ids = await resolveOwners(owners);
    const [{ by_period: _byPeriod, by_owner: _byOwner, ...answer }, pipeline, bridge, by_product] = await Promise.all([
      readScope(pipelineFigures, scope),
      Pipeline.read(owners),
      PipelineBridge.readBridge(ids, range),
      group_by ? readProductRows({ owners: ids, group: group_by, range: undefined }) : [],
    ]);
    return {
      ...answer,
      bridge: bridge ?? null,
      by_stage: pipeline.by_stage,
      by_owner: pipeline.by_owner,
      by_month: pipeline.by_period,
      by_product,
    };
  },
);

const teamFigures = [
  ...salesFigures,
  "revenue",
  "pipeline_value",
  "activities_completed",
  "calls_completed",
  "call_answer_rate",
  "meetings_completed",
  "emails_completed",
  "tasks_completed",
  "interactions",
  "tickets_answered",
  "tickets_resolved",
  "average_first_response_minutes",
  "average_resolution_hours",
  "sla_kept_rate",
  "average_rating",
  "csat",
] as const;

export const readTeam = fn(Scope, (scope): Promise<z.output<typeof Sales>> => readScope(teamFigures, scope, { isByOwner: true }));

const salesDashboard = [
  "pipeline_value",
  "open_opportunities",
  "created_conversion_rate",
  "win_rate",
  "average_deal_value",
  "average_cycle_days",
  "forecast_3_months",
  "bookings",
  "revenue",
] as const;
const operationsDashboard = [
  "customers",
  "active_customers",
  "new_customers",
  "average_lead_score",
  "opportunities",
  "opportunities_won",
  "bookings",
  "average_cycle_months",
  "tickets",
  "open_tickets",
  "average_resolution_hours",
  "average_rating",
  "active_campaigns",
  "campaign_cost",
  "campaign_conversions",
  "campaign_conversion_rate",
  "operations_health",
] as const;

export const Dashboard = z
  .object({
    ...answerFields,
    dashboards: z
      .object({ sales: z.array(oneOf(figureNames)), operations: z.array(oneOf(figureNames)) })
      .describe("The figures of each dashboard, in order"),
    stages: Pipeline.Info.shape.by_stage,
  })
  .meta({ id: "AnalyticsDashboard" });

export const readDashboard = fn(Scope, async (scope): Promise<z.output<typeof Dashboard>> => {
  const { owner, team, territory } = scope;
  const names = [...new Set<FigureName>([...salesDashboard, ...operationsDashboard])];
  const [{ by_period: _byPeriod, by_owner: _byOwner, ...answer }, { by_stage }] = await Promise.all([
    readScope(names, scope),
    Pipeline.read({ owner, team, territory }),
  ]);
  const isShown = (name: FigureName): boolean => answer.figures.some((figure) => figure.name === name);
  const dashboards = { sales: salesDashboard.filter(isShown), operations: operationsDashboard.filter(isShown) };
  return { ...answer, dashboards, stages: by_stage };
});

const customerFigures = [
  "new_customers",
  "customers",
  "active_customers",
  "customers_at_risk",
  "churned_customers",
  "average_rating",
  "csat",
  "nps",
] as const;

const CustomerGroup = z.object({ key: z.string(), count: z.number().int(), opens }).meta({ id: "CustomerGroup" });

export const CustomerHealth = z
  .object({
    ...answerFields,
    by_period: periodRows,
    by_owner: ownerRows,
    by_risk_level: z.array(CustomerGroup).describe("Customers of now; customers without a risk level are left out"),
    by_lifecycle_stage: z.array(CustomerGroup),
    by_status: z.array(CustomerGroup),
  })
  .meta({ id: "CustomerHealthAnalytics" });

export const readCustomerHealth = fn(DividedScope, async ({ interval, ...scope }): Promise<z.output<typeof CustomerHealth>> => {
  const source = await createScopeSource(scope, true);
  const { owners, isNarrowed: isNarrow } = source.rowOwners;
  const [answer, customers] = await Promise.all([
    FigureReader.readFrom(source, { names: customerFigures, interval, isByOwner: true }),
    source.current.customers(),
  ]);
  const group = <F extends Parameters<CustomerData["countWith"]>[0]>(
    field: F,
    values: readonly Parameters<typeof customers.countWith<F>>[1][number][],
  ) =>
    values.map((key) => ({
      key,
      count: customers.countWith(field, [key]),
      opens: buildRowRequests(customerRows, { [field]: key }, isNarrow ? owners : "all"),
    }));
  return {
    ...answer,
    by_risk_level: group("risk_level", riskLevels),
    by_lifecycle_stage: group("lifecycle_stage", lifecycleStages),
    by_status: group("status", customerStatuses),
  };
});

const conversionFigures = ["created_conversion_rate", "win_rate", "opportunities_created", "opportunities_won"] as const;

export const ConversionRates = z
  .object({
    ...answerFields,
    by_period: periodRows,
    by_owner: ownerRows,
    leads: z
      .object({ ...Summary.Info.shape.totals.shape, opens })
      .nullable()
      .describe("Leads of the months of the period, and how many are converted by now; null with `owner`, `team` or `territory`"),
    by_stage: Forecast.Info.shape.conversion_rates,
  })
  .meta({ id: "ConversionRateAnalytics" });

export const readConversionRates = fn(DividedScope, async ({ interval, ...scope }): Promise<z.output<typeof ConversionRates>> => {
  const { owner, team, territory } = scope;
  const { from, to } = resolveDayRange(scope);
  const [answer, leads, forecast] = await Promise.all([
    readScope(conversionFigures, scope, { interval, isByOwner: true }),
    isNarrowed(scope) ? undefined : Summary.read({ from: from.slice(0, 7), to: to.slice(0, 7) }),
    Forecast.read({ months: 1, owner, team, territory }),
  ]);
  const days = buildMonthCondition(from.slice(0, 7), to.slice(0, 7));
  return {
    ...answer,
    leads: leads ? { ...leads.totals, opens: buildRowRequests(leadRows, { created_at: days }, "all") } : null,
    by_stage: forecast.conversion_rates,
  };
});

const interactionFigures = [
  "interactions",
  "inbound_interactions",
  "outbound_interactions",
  "positive_interactions",
  "neutral_interactions",
  "negative_interactions",
  "average_sentiment",
  "average_interaction_minutes",
  "interaction_outcome_rate",
  "interaction_follow_up_rate",
  "complaints",
] as const;

const shareShape = {
  key: z
    .string()
    .describe("Id of the type, code of the channel, `INBOUND`, `POSITIVE` or `MON`; `none` for interactions without a value"),
  label: z.string().nullable(),
  count: z.number().int(),
  share: z
    .number()
    .nullable()
    .describe("Percent of all interactions of the answer, with two decimals; null without interactions"),
};
const InteractionShare = z.object(shareShape).meta({ id: "InteractionShare" });
const InteractionGroup = z
  .object({
    ...shareShape,
    inbound: z.number().int(),
    outbound: z.number().int(),
    positive: z.number().int(),
    neutral: z.number().int(),
    negative: z.number().int(),
    average_sentiment: z.number().nullable().describe("From −1 to 1, with two decimals; null without scores"),
    average_minutes: z.number().nullable().describe("With one decimal; null without durations"),
  })
  .meta({ id: "InteractionGroup" });

export const Interactions = z
  .object({
    ...answerFields,
    by_period: periodRows,
    by_owner: ownerRows,
    by_type: z.array(InteractionGroup).describe("Most interactions first"),
    by_channel: z.array(InteractionGroup).describe("Most interactions first; interactions without a channel are left out"),
    by_weekday: z.array(InteractionGroup).describe("From Monday to Sunday, those with interactions"),
    by_direction: z.array(InteractionShare),
    by_sentiment: z.array(InteractionShare),
  })
  .meta({ id: "InteractionAnalytics" });

/** Interactions of the period by owner, type, channel, weekday, direction and sentiment, and their sentiment over time. */
export const readInteractions = fn(DividedScope, async ({ interval, ...scope }): Promise<z.output<typeof Interactions>> => {
  const { from, to, compare_to, ...filters } = scope;
  const [owners, range] = [await resolveOwners(filters), resolveDayRange({ from, to })];
  const source = FigureReader.createSource({
    owners,
    isNarrowed: isNarrowed(filters),
    range,
    comparison: compare_to,
    isByOwner: true,
  });
  const [answer, total, types, channels, typeLabels, channelLabels] = await Promise.all([
    FigureReader.readFrom(source, { names: interactionFigures, interval, isByOwner: true }),
    source.current.interactions(),
    InteractionData.load(owners, range, false, "type"),
    InteractionData.load(owners, range, false, "channel"),
    Master.loadLabels(INTERACTION_TYPES),
    Master.loadLabels(COMMUNICATION_CHANNELS, "code"),
  ]);
  const { tally } = total;
  const byValue = (data: InteractionData) => data.tallyBy(({ value }) => value);
  return {
    ...answer,
    by_type: InteractionGroups.presentGroups(byValue(types), tally.count, typeLabels),
    by_channel: InteractionGroups.presentGroups(byValue(channels), tally.count, channelLabels),
    by_weekday: InteractionGroups.presentWeekdays(
      total.tallyBy(({ day }) => InteractionGroups.toWeekday(day)),
      tally.count,
    ),
    by_direction: InteractionGroups.presentDirections(tally),
    by_sentiment: InteractionGroups.presentSentiments(tally),
  };
});

export * as Analytics from "./analytics.ts";
