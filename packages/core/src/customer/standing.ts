import { Clock } from "../kernel/clock.ts";
import { useSettings } from "../kernel/context.ts";
import { today } from "../kernel/day.ts";
import { invalid, ruleViolation } from "../kernel/error.ts";
import { dayAfter, startOfDay } from "../kernel/zone.ts";
import { inForce } from "../rule/in-force.ts";
import { ruleKind } from "../rule/kind.ts";
import { eachOf, pass } from "../storage/jobs/pass.ts";
import { Records } from "../storage/write/records.ts";
import { type CustomerRecord, Customers } from "./customer.entity.ts";
import { companySizeOf, statusMoves } from "./customer.rules.ts";
import { inCurrency } from "./figures.rules.ts";
import { lifecycle, type Stage, stageBy, stageIn } from "./lifecycle.rules.ts";
import { HealthScore, healthAtBirth } from "./wellbeing.rules.ts";

/** What follows from what is known of a customer: since when it is one, when it left, where it stands in its life. */

/** What follows from the record alone. */
export const derived = (customer: CustomerRecord): CustomerRecord => ({
  ...customer,
  ...inCurrency(customer),
  company_size: companySizeOf(customer.employee_count),
  customer_since: customer.customer_since ?? (customer.status === "ACTIVE" ? today() : null),
});

/** The customer as it is written; `given` is the stage that the input names (lifecycle.rules.ts). */
export async function standing(
  next: CustomerRecord,
  before: CustomerRecord | undefined,
  given?: Stage | null,
): Promise<CustomerRecord> {
  requireMove(next.status, before?.status);
  const customer = { ...derived(next), ...churned(next, before) };
  const { definition } = await inForce(lifecycle);
  return { ...customer, ...stageIn(stageBy(definition, customer), given, before) };
}

/** The health with which a customer begins, and when it has been silent for too long. */
export async function bornWell(status: CustomerRecord["status"]) {
  const { definition } = await inForce(HealthScore);
  const { silent_after, ...kept } = healthAtBirth(status, definition);
  return { ...kept, health_due_at: startOfDay(useSettings().timezone, dayAfter(today(), silent_after)) };
}

function requireMove(to: CustomerRecord["status"], from = to): void {
  const allowed = statusMoves[from];
  if (to === from || allowed.includes(to)) return;
  throw ruleViolation(`A customer that is ${from} does not become ${to}`, [
    { field: "status", message: `From ${from} to ${allowed.join(", ")}` },
  ]);
}

type Churn = Pick<CustomerRecord, "churn_reason_id" | "churn_notes" | "churned_at">;

/** A customer that leaves says why; what was said ends when it is back. One of an earlier release may have said nothing. */
function churned(next: CustomerRecord, before: CustomerRecord | undefined): Churn {
  const { churn_reason_id, churn_notes } = next;
  if (next.status === "CHURNED") {
    const wasSilent = before?.status === "CHURNED" && !before.churn_reason_id;
    if (!churn_reason_id && !wasSilent) throw invalid("churn_reason_id", "Required of a CHURNED customer");
    return { churn_reason_id, churn_notes, churned_at: before?.status === "CHURNED" ? before.churned_at : Clock.now() };
  }
  for (const field of ["churn_reason_id", "churn_notes"] as const)
    if (next[field] && next[field] !== before?.[field]) throw invalid(field, "Only of a CHURNED customer");
  return { churn_reason_id: null, churn_notes: null, churned_at: null };
}

/** Brings a customer that may have gone to what the rule in force says. */
const again = (id: string): Promise<void> =>
  Records.unlessGone(Records.change(Customers, id, (current) => standing(current, current)));

export const lifecycleRule = ruleKind({
  ...lifecycle,
  follow: (set, { id }, seconds) =>
    pass(set, seconds, {
      collection: Customers,
      partitions: Customers.whole("live"),
      purpose: id,
      together: 100,
      work: eachOf(again),
    }),
});
