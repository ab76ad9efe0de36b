import type { ConditionField } from "../../platform/rule/rule-conditions.ts";

/** Policies of service levels as the console shows them (docs/service/sla.md). Pure. */

export interface SlaPolicy {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly created_by: string;
  readonly description: string | null;
  readonly sequence: number;
  readonly is_active: boolean;
  readonly priority_ids: readonly string[];
  readonly category_ids: readonly string[];
  readonly ticket_types: readonly string[];
  readonly urgency_level_ids: readonly string[];
  readonly customer_tiers: readonly string[];
  readonly is_vip: boolean | null;
  readonly calendar_id: string | null;
  readonly first_response_minutes: number | null;
  readonly next_response_minutes: number | null;
  readonly resolution_minutes: number | null;
  readonly escalations: readonly { readonly percent: number; readonly notify: readonly string[] }[];
}

/** The properties of a policy that are conditions. */
export const conditionNames = [
  "priority_ids",
  "category_ids",
  "ticket_types",
  "urgency_level_ids",
  "customer_tiers",
  "is_vip",
] as const;

type Conditions = Pick<SlaPolicy, (typeof conditionNames)[number]>;

/** The policies in the order in which they are tried. */
export const sortPolicies = <P extends Pick<SlaPolicy, "sequence" | "id">>(policies: readonly P[]): P[] =>
  policies.toSorted((a, b) => a.sequence - b.sequence || (a.id < b.id ? -1 : 1));

/** The policy of an ordinary ticket with a priority: without a category, a type, an urgency, and of a customer who is no VIP. */
export const findPolicy = (policies: readonly SlaPolicy[], priority: string): SlaPolicy | undefined =>
  sortPolicies(policies).find(
    (policy) =>
      policy.is_active &&
      (policy.priority_ids.length === 0 || policy.priority_ids.includes(priority)) &&
      [policy.category_ids, policy.ticket_types, policy.urgency_level_ids, policy.customer_tiers].every(
        (list) => list.length === 0,
      ) &&
      policy.is_vip !== true,
  );

interface UrgencyLevel {
  readonly sla_hours?: number | null;
}

/**
 * Minutes until the first response to an ordinary ticket: those of the policy, or else the hours of the urgency level with the same rank as the priority (1
 * is the first), at most as long as the resolution takes (docs/service/sla.md).
 */
export function findFirstResponse(
  { first_response_minutes, resolution_minutes }: Pick<SlaPolicy, "first_response_minutes" | "resolution_minutes">,
  priorityLevel: number | null | undefined,
  levels: readonly UrgencyLevel[],
): number | null {
  if (first_response_minutes !== null) return first_response_minutes;
  if (priorityLevel === null || priorityLevel === undefined) return null;
  const hours = levels[Math.min(priorityLevel, levels.length) - 1]?.sla_hours ?? null;
  return hours === null ? null : Math.min(hours * MINUTES_AN_HOUR, resolution_minutes ?? Number.POSITIVE_INFINITY);
}

interface SequenceChange {
  readonly id: string;
  readonly version: number;
  readonly sequence: number;
}

const MINUTES_AN_HOUR = 60;
const MAX_SEQUENCE = 100_000;
const STEP = 10;

/**
 * Returns the sequences that put a policy at another place. One change is enough where its new neighbors have room between them; otherwise the policies
 * behind it move back.
 */
export function planMove(policies: readonly SlaPolicy[], from: number, to: number): SequenceChange[] {
  const sorted = sortPolicies(policies);
  const moved = sorted[from];
  if (moved === undefined || from === to || to < 0 || to >= sorted.length) return [];
  const order = sorted.filter((_, index) => index !== from).toSpliced(to, 0, moved);
  const before = order[to - 1]?.sequence ?? -1;
  const after = order[to + 1]?.sequence ?? before + 2 * STEP;
  const middle = Math.floor((before + after) / 2);
  if (middle > before && middle < after && middle <= MAX_SEQUENCE)
    return [{ id: moved.id, version: moved.version, sequence: middle }];
  let last = -1;
  return order.flatMap((policy, index) => {
    const isFree = policy.id !== moved.id && policy.sequence > last;
    const sequence = isFree ? policy.sequence : index === 0 ? 0 : last + STEP;
    last = sequence;
    return sequence === policy.sequence ? [] : [{ id: policy.id, version: policy.version, sequence }];
  });
}

/** The conditions of a policy as those of a rule: what is empty holds always. */
export const toWhen = (policy: Partial<Conditions>): Record<string, unknown> =>
  Object.fromEntries(
    conditionNames.flatMap((name) => {
      const value = policy[name];
      return value === null || value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [[name, value]];
    }),
  );

/** The conditions of a rule as the API takes them in a policy: all of them, because what is left out would keep its value. */
export const fromWhen = (when: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(conditionNames.map((name) => [name, when[name] ?? (name === "is_vip" ? null : [])]));

export type PolicyField = ConditionField;

/** Days of the week in the names of calendars, from Monday on. */
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];

/** The day of the next Friday after `today`, the example for a target that ends after a weekend. */
export function findNextFriday(today: string): string {
  const day = new Date(`${today}T00:00:00Z`);
  const distance = (5 - day.getUTCDay() + 7) % 7 || 7;
  return new Date(day.getTime() + distance * 86_400_000).toISOString().slice(0, 10);
}

/** Working time that counts for a target. */
export interface WorkSegment {
  readonly from: string;
  readonly seconds: number;
}

/**
 * Returns when a target is due, by the working time that counts for a longer one with the same start: the instant at which it has this many seconds of it.
 * Undefined: the working time is not enough.
 */
export function findDueTime(segments: readonly WorkSegment[], targetSeconds: number): string | undefined {
  let rest = targetSeconds;
  for (const { from, seconds } of segments) {
    if (rest <= seconds) return new Date(Date.parse(from) + rest * 1000).toISOString();
    rest -= seconds;
  }
  return undefined;
}
