import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { useTenant } from "../../kernel/context.ts";
import { conflict, notFound } from "../../kernel/error.ts";
import { derivedId, isId } from "../../kernel/id.ts";
import { toStoredFields } from "../../kernel/schema.ts";
import { defaultId } from "../../platform/master-data/master-id.ts";
import { PRIORITIES } from "../../platform/master-data/shared.masters.ts";
import { Cache } from "../../storage/table/cache.ts";
import { get as getItem, isConditionFailed, queryAll, send, tableName } from "../../storage/table/database.ts";
import { type Key, tenantKey, tenantPrefix } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { fields, POLICY_COLLECTION_ID, Policies, type PolicyRecord } from "./policy.entity.ts";
import { SLA_POLICY } from "./sla.domain.ts";
import type { ticketTypes } from "./ticket-type.ts";

/**
 * The policies of a tenant. It starts with some that are not stored; one is once it is changed, and then stands before the one with its
 * id. So a new tenant costs nothing.
 */

const HOUR_MINUTES = 60;

interface DefaultPolicy {
  code: string;
  name: string;
  hours: number;
  priority?: string;
  conditions?: { is_vip?: boolean; ticket_types?: (typeof ticketTypes)[number][] };
}

/**
 * Seed 002, `route_support_ticket`, the shortest first: so of all that are for a ticket, nothing is worse than the ticket's own priority gives
 * (decisions, Tickets).
 */
const defaultDefinitions: readonly DefaultPolicy[] = [
  { code: "critical", name: "Critical", hours: 1, priority: "critical" },
  { code: "vip", name: "VIP customers", hours: 2, conditions: { is_vip: true } },
  { code: "business", name: "Billing and account", hours: 4, conditions: { ticket_types: ["BILLING_ISSUE", "ACCOUNT_ISSUE"] } },
  { code: "high", name: "High", hours: 4, priority: "high" },
  { code: "bug", name: "Bugs", hours: 24, conditions: { ticket_types: ["BUG_REPORT"] } },
  { code: "medium", name: "Medium", hours: 48, priority: "medium" },
  { code: "low", name: "Low", hours: 48, priority: "low" },
  { code: "standard", name: "Standard", hours: 48 },
];

const DEFAULTS_CREATED_AT = "2026-01-01T00:00:00.000Z";

const noConditions = { priority_ids: [], category_ids: [], ticket_types: [], urgency_level_ids: [], customer_tiers: [] };

/** Those that tenants start with, behind those that they make themselves; the last is for every ticket. */
export const defaultPolicies: readonly PolicyRecord[] = defaultDefinitions.map(
  ({ code, name, hours, priority, conditions: more }, at) => ({
    ...toStoredFields(fields, {
      ...{ ...noConditions, name, is_active: true, sequence: 1000 + at * 10, resolution_minutes: hours * HOUR_MINUTES },
      ...{ escalations: fields.escalations.parse(undefined), ...more },
      ...(priority === undefined ? {} : { priority_ids: [defaultId(PRIORITIES, priority)] }),
    }),
    ...{ id: derivedId(SLA_POLICY, 0, code, POLICY_COLLECTION_ID), version: 1, deleted_at: null },
    ...{ created_at: DEFAULTS_CREATED_AT, created_by: "system", updated_at: DEFAULTS_CREATED_AT, updated_by: "system" },
  }),
);

const policyCache = new Cache<readonly PolicyRecord[]>(60);

/** What is stored is read anew: for who acts on a change. */
export const clearPolicyCache = (): void => policyCache.invalidate(useTenant());

/** All of the tenant, deleted ones too; cached for up to a minute. */
export const listPolicies = (): Promise<readonly PolicyRecord[]> => policyCache.get(useTenant(), readPolicies);

/** As `all`, strongly consistent. */
export async function readPolicies(): Promise<PolicyRecord[]> {
  const items = await queryAll(`${tenantPrefix(useTenant())}E#${POLICY_COLLECTION_ID}`, { prefix: "sla_" });
  const byId = new Map(defaultPolicies.map((policy) => [policy.id, policy]));
  for (const item of items) byId.set(String(item.sk), Policies.fromItem(item));
  return [...byId.values()];
}

/** A policy was written: this process goes by it. */
export async function clearCacheAfter(written: Promise<PolicyRecord>): Promise<PolicyRecord> {
  const policy = await written;
  clearPolicyCache();
  return policy;
}

/** Writes a default down before its first change, so that it has a version to change, and the audit trail what was before. */
export async function ensureStored(id: string): Promise<void> {
  if (!isId(id, SLA_POLICY)) throw notFound();
  if (await Records.load(Policies, id)) return;
  const policy = defaultPolicies.find((each) => each.id === id);
  if (!policy) throw notFound();
  const Item = Policies.toItem(useTenant(), policy, JSON.stringify({ actor: "system", request: "default" }));
  try {
    await send(new PutCommand({ TableName: tableName(), Item, ConditionExpression: "attribute_not_exists(pk)" }));
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}

/** Raised by each policy that comes to name the calendar. */
const calendarLockKey = (calendar: string): Key => ({ pk: tenantKey(useTenant(), "SLA", "calendar", calendar), sk: "fence" });

/** A policy names the calendar from now on: who deletes that at the same moment begins anew, and sees it. */
export const bumpCalendarLock = (tx: Transaction, calendar: string): Transaction =>
  tx.add({
    Update: {
      TableName: tableName(),
      Key: calendarLockKey(calendar),
      UpdateExpression: "ADD height :one",
      ExpressionAttributeValues: { ":one": 1 },
    },
  });

/** Refuses while a live policy names the calendar, now or by the time of the write. */
export async function requireUnusedCalendar(calendar: string, tx: Transaction): Promise<void> {
  const fence = await getItem(calendarLockKey(calendar));
  const naming = (await readPolicies()).filter(({ calendar_id, deleted_at }) => calendar_id === calendar && !deleted_at);
  if (naming.length > 0)
    throw conflict("Policies count by it: let them name another, or delete them first", [
      { field: "support/sla", message: naming.map(({ name }) => name).join(", ") },
    ]);
  tx.add(
    {
      ConditionCheck: {
        TableName: tableName(),
        Key: calendarLockKey(calendar),
        ...(fence
          ? { ConditionExpression: "height = :height", ExpressionAttributeValues: { ":height": fence.height } }
          : { ConditionExpression: "attribute_not_exists(pk)" }),
      },
    },
    () => new WriteConflict("A policy names it by now"),
  );
}
