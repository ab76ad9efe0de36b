import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { invalid, ruleViolation } from "../../kernel/error.ts";
import { addDays, startOfDay } from "../../kernel/time-zone.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { ruleKind } from "../../platform/rule/rule-kind.ts";
import { forEachId, runPartitionJob } from "../../storage/scheduler/partition-job.ts";
import { Records } from "../../storage/write/records.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";
import { statusMoves, toCompanySize } from "./customer.rules.ts";
import { deriveFigures } from "./figures.rules.ts";
import { HealthScore, initialHealthScore } from "./health-score.rules.ts";
import { decideStage, type LifecycleStage, lifecycle, resolveStage } from "./lifecycle.rules.ts";

/** Derived fields of a customer: since when it is a customer, when it churned, and its lifecycle stage. */

/** Sets the fields that derive from the record alone. */
export const deriveFields = (customer: CustomerRecord): CustomerRecord => ({
  ...customer,
  ...deriveFigures(customer),
  company_size: toCompanySize(customer.employee_count),
  customer_since: customer.customer_since ?? (customer.status === "ACTIVE" ? today() : null),
});

/** Returns the customer as it is written; `requestedStage` is the stage of the input (lifecycle.rules.ts). */
export async function applyLifecycle(
  next: CustomerRecord,
  before: CustomerRecord | undefined,
  requestedStage?: LifecycleStage | null,
): Promise<CustomerRecord> {
  requireStatusMove(next.status, before?.status);
  const customer = { ...deriveFields(next), ...resolveChurn(next, before) };
  const { definition } = await loadActiveRule(lifecycle);
  return { ...customer, ...resolveStage(decideStage(definition, customer), requestedStage, before) };
}

/** Returns the health of a new customer, and the instant at which silence will change it. */
export async function initialHealth(status: CustomerRecord["status"]) {
  const { definition } = await loadActiveRule(HealthScore);
  const { silent_after, ...healthFields } = initialHealthScore(status, definition);
  return { ...healthFields, health_due_at: startOfDay(useSettings().timezone, addDays(today(), silent_after)) };
}

function requireStatusMove(to: CustomerRecord["status"], from = to): void {
  const allowed = statusMoves[from];
  if (to === from || allowed.includes(to)) return;
  throw ruleViolation(`A customer cannot change from ${from} to ${to}`, [
    { field: "status", message: `A customer that is ${from} can only become ${allowed.join(", ")}` },
  ]);
}

type Churn = Pick<CustomerRecord, "churn_reason_id" | "churn_notes" | "churned_at" | "churned_day">;

/**
 * Requires a reason from a customer that churns, and clears the reason when the customer is back. A customer that an earlier release stored
 * may have no reason.
 */
function resolveChurn(next: CustomerRecord, before: CustomerRecord | undefined): Churn {
  const { churn_reason_id, churn_notes } = next;
  if (next.status === "CHURNED") {
    const wasSilent = before?.status === "CHURNED" && !before.churn_reason_id;
    if (!churn_reason_id && !wasSilent) throw invalid("churn_reason_id", "Required for a CHURNED customer");
    if (before?.status === "CHURNED")
      return { churn_reason_id, churn_notes, churned_at: before.churned_at, churned_day: before.churned_day };
    return { churn_reason_id, churn_notes, churned_at: Clock.now(), churned_day: today() };
  }
  for (const field of ["churn_reason_id", "churn_notes"] as const)
    if (next[field] && next[field] !== before?.[field]) throw invalid(field, "Only allowed for a CHURNED customer");
  return { churn_reason_id: null, churn_notes: null, churned_at: null, churned_day: null };
}

/** Applies the rule in force to a customer, if the customer still exists. */
const reapplyRule = (id: string): Promise<void> =>
  Records.ignoreMissing(Records.change(Customers, id, (current) => applyLifecycle(current, current)));

export const lifecycleRule = ruleKind({
  ...lifecycle,
  apply: (set, { id }, seconds) =>
    runPartitionJob(set, seconds, {
      collection: Customers,
      partitions: Customers.allPartitions("live"),
      purpose: id,
      batchSize: 100,
      work: forEachId(reapplyRule),
    }),
});
