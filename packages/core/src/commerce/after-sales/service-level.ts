import { Clock } from "../../kernel/clock.ts";
import { invalid } from "../../kernel/error.ts";
import { alwaysOpenCalendar, SupportCalendar } from "../../service/sla/calendar.ts";
import { computeTargets } from "../../service/sla/policy.rules.ts";
import { listPolicies } from "../../service/sla/policy-store.ts";
import { computeDueTimes } from "../../service/sla/working-time.rules.ts";
import type { CaseRecord } from "./after-sales.entity.ts";

/** The service level of cases: the targets of an SLA policy that the tenant chose, in working time of its calendar. */

type DueTimes = Pick<CaseRecord, "response_due_at" | "resolution_due_at">;

const NO_SERVICE_LEVEL: DueTimes = { response_due_at: null, resolution_due_at: null };

const findPolicy = async (policyId: string) =>
  (await listPolicies()).find(({ id, deleted_at }) => id === policyId && deleted_at === null);

/** Throws if the tenant has no such policy. */
export async function requirePolicy(policyId: string): Promise<void> {
  if (!(await findPolicy(policyId))) throw invalid("sla_policy_id", "No such SLA policy");
}

/** Computes until when a case that begins now must be answered and resolved. A policy that was deleted since has no targets. */
export async function computeServiceLevel(policyId: string | null | undefined): Promise<DueTimes> {
  const policy = policyId ? await findPolicy(policyId) : undefined;
  if (!policy) return NO_SERVICE_LEVEL;
  const { first_response, resolution } = computeTargets(policy, null);
  const { calendar_id } = policy;
  const calendar = calendar_id === null ? undefined : (await SupportCalendar.load([calendar_id])).get(calendar_id);
  const findDueTime = (seconds: number | null): string | null =>
    seconds === null ? null : (computeDueTimes(calendar ?? alwaysOpenCalendar, Clock.now(), [seconds])[0] ?? null);
  return { response_due_at: findDueTime(first_response), resolution_due_at: findDueTime(resolution) };
}
