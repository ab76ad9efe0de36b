import { Clock } from "../../kernel/clock.ts";
import { useSettings, useTenant } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { loadRuleAt } from "../../platform/rule/active-rule.ts";
import type { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { AuditTrail, entryId } from "../../storage/stream/audit-trail.ts";
import { completeEntries } from "../../storage/stream/audit-values.ts";
import { readItem } from "../../storage/table/database.ts";
import { type Key, recordKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { StageActionRecord } from "./stage-action.entity.ts";
import { StageAutomation } from "./stage-automation.rule-kind.ts";
import { type PlannedAction, planActions } from "./stage-automation.rules.ts";
import { loadStageOrder } from "./stage-order.ts";

/**
 * The plan of actions for a stage change, decided once. The first delivery of the event stores the plan beside the opportunity. All later
 * deliveries follow it, even if the rule or the opportunity has changed since.
 */
export interface Plan {
  rule: StageActionRecord["rule"];
  from: string | null;
  to: string;
  planned: PlannedAction[];
}

type OpportunityRecord = Awaited<ReturnType<typeof Opportunity.read>>;
type StageChange = Pick<DomainEvent, "record_id" | "version" | "at">;

const planKey = ({ record_id, version }: StageChange): Key => ({
  ...recordKey(useTenant(), record_id),
  sk: `~stage#${record_id}#${version}`,
});

/** How long a plan is kept, in seconds. No event of the change arrives later. */
export const PLAN_RETENTION_SECONDS = 90 * 24 * 60 * 60;

/** Stores the plan of a stage change, or returns the stored one; undefined if no rule was active at the change. */
export const claimPlan = (
  event: StageChange,
  opportunity: Pick<OpportunityRecord, "type" | "amount" | "currency">,
): Promise<Plan | undefined> =>
  retryOnConflict(async () => {
    const item = await readItem(planKey(event));
    if (item) return JSON.parse(String(item.plan)) as Plan;
    const { kind, id, number, definition } = await loadRuleAt(StageAutomation, event.at);
    const stages = definition.automations.length > 0 ? await readStages(event) : undefined;
    if (!stages) return undefined;
    const move = { ...stages, type: opportunity.type, amount: opportunity.amount, currency: opportunity.currency };
    const planned = planActions(definition, move, await loadStageOrder(useSettings().currency));
    const plan: Plan = { rule: { kind, id, number }, ...stages, planned };
    const ttl = Clock.toEpochSeconds(Clock.addSeconds(PLAN_RETENTION_SECONDS));
    await transaction()
      .put(
        { ...planKey(event), plan: JSON.stringify(plan), ttl },
        {
          condition: "attribute_not_exists(pk)",
          rejection: () => new WriteConflict("The actions for this change were already decided"),
        },
      )
      .commit(undefined);
    return plan;
  });

/** Reads the stages of the change from its audit entry, which is written before the event is published. */
async function readStages({
  record_id,
  version,
  at: time,
}: StageChange): Promise<{ from: string | null; to: string } | undefined> {
  const entry = await Records.load(AuditTrail, entryId(record_id, version, time));
  const [completeEntry] = entry ? await completeEntries([entry], { fields: ["stage_id"] }) : [];
  const [from, to] = [completeEntry?.old_values?.stage_id, completeEntry?.new_values?.stage_id];
  return typeof to === "string" ? { from: typeof from === "string" ? from : null, to } : undefined;
}
