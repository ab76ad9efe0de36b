import { Clock } from "../kernel/clock.ts";
import { useSettings, useTenant } from "../kernel/context.ts";
import type { DomainEvent } from "../kernel/event.ts";
import type { Opportunity } from "../opportunity/opportunity.ts";
import { inForceThen } from "../rule/in-force.ts";
import { AuditTrail, entryId } from "../storage/project/audit.ts";
import { wholeEntries } from "../storage/project/audit-values.ts";
import { get } from "../storage/table/database.ts";
import { type Key, recordKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { known } from "./known.ts";
import type { StageActionRecord } from "./stage-action.entity.ts";
import { StageAutomation } from "./stage-automation.kind.ts";
import { type Planned, plannedBy } from "./stage-automation.rules.ts";

/**
 * What is to be done at a change of stage, decided once: whoever comes first writes it down beside the opportunity, and every other
 * delivery of the event goes by that, whatever rule and opportunity say by then.
 */
export interface Plan {
  rule: StageActionRecord["rule"];
  from: string | null;
  to: string;
  planned: Planned[];
}

type OpportunityRecord = Awaited<ReturnType<typeof Opportunity.read>>;
type Change = Pick<DomainEvent, "record_id" | "version" | "at">;

const keyOf = ({ record_id, version }: Change): Key => ({
  ...recordKey(useTenant(), record_id),
  sk: `~stage#${record_id}#${version}`,
});

/** Seconds for which it is known, behind which no event of the change comes any more. */
export const KEPT = 90 * 24 * 60 * 60;

/** Nothing where no rule was in force at the change. */
export const planOf = (
  event: Change,
  opportunity: Pick<OpportunityRecord, "type" | "amount" | "currency">,
): Promise<Plan | undefined> =>
  retryOnConflict(async () => {
    const item = await get(keyOf(event));
    if (item) return JSON.parse(String(item.plan)) as Plan;
    const { kind, id, number, definition } = await inForceThen(StageAutomation, event.at);
    const stages = definition.automations.length > 0 ? await stagesOf(event) : undefined;
    if (!stages) return undefined;
    const moved = { ...stages, type: opportunity.type, amount: opportunity.amount, currency: opportunity.currency };
    const planned = plannedBy(definition, moved, await known(useSettings().currency));
    const plan: Plan = { rule: { kind, id, number }, ...stages, planned };
    const ttl = Clock.epoch(Clock.after(KEPT));
    await transaction()
      .put(
        { ...keyOf(event), plan: JSON.stringify(plan), ttl },
        { condition: "attribute_not_exists(pk)", refused: () => new Moved("It was decided a moment ago") },
      )
      .commit(undefined);
    return plan;
  });

/** From which stage to which the change itself went: its audit entry tells, which is there before the event is. */
async function stagesOf({ record_id, version, at }: Change): Promise<{ from: string | null; to: string } | undefined> {
  const entry = await Records.load(AuditTrail, entryId(record_id, version, at));
  const [whole] = entry ? await wholeEntries([entry], ["stage_id"]) : [];
  const [from, to] = [whole?.old_values?.stage_id, whole?.new_values?.stage_id];
  return typeof to === "string" ? { from: typeof from === "string" ? from : null, to } : undefined;
}
