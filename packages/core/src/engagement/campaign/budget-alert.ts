import { today } from "../../kernel/day.ts";
import { concernsFields, type DomainEvent } from "../../kernel/event.ts";
import { Money } from "../../kernel/money.ts";
import { Counter } from "../../storage/read/counter.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { computeLevel, findAlertCycle, isNewAlert, listCycleDays } from "./budget.rules.ts";
import { type CampaignRecord, Campaigns } from "./campaign.entity.ts";
import { campaignScope } from "./campaign-counters.rules.ts";
import { CampaignMetrics } from "./metric.entity.ts";
import { CAMPAIGN_METRIC } from "./metric.kind.ts";
import { monthScope, parseMetricTotals, sumDayCosts } from "./metric.rules.ts";

/**
 * Marks campaigns whose budget is used to 80 % and 100 %; the mark notifies the owner. The cost comes from counters, which contain the change of the
 * event. The mark is written only in the version that was read, so events that come twice, late or at once mark each level of a cycle once.
 */

const budgetFields = ["budget", "budget_cycle", "other_cost"];

export async function onMetricEvent({ record_id }: DomainEvent): Promise<void> {
  const metric = await Records.load(CampaignMetrics, record_id);
  if (metric) await checkBudget(metric.campaign_id, metric.metric_date);
}

export async function onCampaignChanged(event: DomainEvent): Promise<void> {
  if (concernsFields(event, budgetFields)) await checkBudget(event.record_id, today());
}

const checkBudget = (campaignId: string, day: string): Promise<void> =>
  retryOnConflict(async () => {
    const campaign = await Records.load(Campaigns, campaignId, { live: true });
    if (!campaign?.budget) return;
    const { budget, budget_cycle } = campaign;
    const cycle = findAlertCycle(budget_cycle, day, today());
    if (!cycle) return;
    const level = computeLevel(await readCost(campaign, cycle.start), budget);
    const alert = level === null ? null : { budget_cycle, cycle_start: cycle.start, level };
    if (!alert || !isNewAlert(alert, campaign.budget_alert)) return;
    const next = Records.nextVersion(campaign, { ...campaign, budget_alert: alert });
    await transaction().replace(Campaigns, campaign, next).commit(undefined);
  });

/** Reads the cost of a cycle. Costs besides metrics have no day, so they count only for a budget of the whole campaign. */
async function readCost({ id, currency, budget_cycle, other_cost }: CampaignRecord, start: string | null): Promise<string> {
  if (budget_cycle === "ONE_TIME" || start === null) {
    const [counter = {}] = await Counter.readConsistent(CAMPAIGN_METRIC.name, [campaignScope(id)]);
    const { cost } = parseMetricTotals(counter, currency);
    return other_cost === null ? cost : Money.add(cost, other_cost);
  }
  const days = listCycleDays(budget_cycle, start);
  const scopes = [...new Set(days.map((day) => monthScope(id, day.slice(0, 7))))];
  const counters = await Counter.readConsistent(CAMPAIGN_METRIC.name, scopes);
  return sumDayCosts(new Map(counters.map((counter) => [String(counter.sk).slice(-7), counter])), days, currency);
}
