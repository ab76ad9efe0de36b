import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { useTenant } from "../../kernel/context.ts";
import { conflict, notFound } from "../../kernel/error.ts";
import { derivedId, isId } from "../../kernel/id.ts";
import { toStoredFields } from "../../kernel/schema.ts";
import { defaultId } from "../../platform/master-data/master-id.ts";
import { PRIORITIES } from "../../platform/master-data/shared.masters.ts";
import { Cache } from "../../storage/table/cache.ts";
import { isConditionFailed, queryAll, readItem, send, tableName } from "../../storage/table/database.ts";
import { type Key, tenantKey, tenantPrefix } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { fields, POLICY_COLLECTION_ID, Policies, type PolicyRecord } from "./policy.entity.ts";
import { SLA_POLICY } from "./sla.kind.ts";
import type { ticketTypes } from "./ticket-type.ts";

/**
 * The SLA policies of a tenant. Default policies are not stored until they are changed, so a new tenant costs nothing. A stored policy replaces
 * the default with the same id.
 */

const HOUR_MINUTES = 60;

interface DefaultPolicy {
  code: string;
  name: string;
  hours: number;
  priority?: string;
  conditions?: { is_vip?: boolean; ticket_types?: (typeof ticketTypes)[number][] };
}

/** The default policies, the shortest target first. The first match applies, so a ticket never gets a longer target than its priority gives. */
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

/** The default policies as records. They come after policies that the tenant creates. The last one applies to every ticket. */
const defaultPolicies: readonly PolicyRecord[] = defaultDefinitions.map(({ code, name, hours, priority, conditions }, index) => ({
  ...toStoredFields(fields, {
    ...{ ...noConditions, name, is_active: true, sequence: 1000 + index * 10, resolution_minutes: hours * HOUR_MINUTES },
    ...{ escalations: fields.escalations.parse(undefined), ...conditions },
    ...(priority === undefined ? {} : { priority_ids: [defaultId(PRIORITIES, priority)] }),
  }),
  ...{ id: derivedId(SLA_POLICY, 0, code, POLICY_COLLECTION_ID), version: 1, deleted_at: null },
  ...{ created_at: DEFAULTS_CREATED_AT, created_by: "system", updated_at: DEFAULTS_CREATED_AT, updated_by: "system" },
}));

/** The names of the default policies, in English. */
export const defaultPolicyNames: readonly string[] = defaultDefinitions.map(({ name }) => name);

/** Whether a policy has the name with which every tenant starts. */
export const isNamedByDefault = ({ id, name }: Pick<PolicyRecord, "id" | "name">): boolean =>
  defaultPolicies.some((policy) => policy.id === id && policy.name === name);

const policyCache = new Cache<readonly PolicyRecord[]>(60);

/** Clears the tenant's cached policies, for callers that act on a change. */
export const clearPolicyCache = (): void => policyCache.invalidate(useTenant());

/** Returns all policies of the tenant, including deleted ones, cached for up to a minute. */
export const listPolicies = (): Promise<readonly PolicyRecord[]> => policyCache.get(useTenant(), readPolicies);

/** Reads all policies of the tenant, strongly consistent. */
export async function readPolicies(): Promise<PolicyRecord[]> {
  const items = await queryAll(`${tenantPrefix(useTenant())}E#${POLICY_COLLECTION_ID}`, { prefix: "sla_" });
  const byId = new Map(defaultPolicies.map((policy) => [policy.id, policy]));
  for (const item of items) byId.set(String(item.sk), Policies.fromItem(item));
  return [...byId.values()];
}

/** Clears the cache of this process after a policy was written. */
export async function clearCacheAfter(pendingPolicy: Promise<PolicyRecord>): Promise<PolicyRecord> {
  const policy = await pendingPolicy;
  clearPolicyCache();
  return policy;
}

/** Stores a default policy before its first change, so that the change has a version to replace and the audit trail an old value. */
export async function ensureStored(id: string): Promise<void> {
  if (!isId(id, SLA_POLICY)) throw notFound();
  if (await Records.load(Policies, id)) return;
  const policy = defaultPolicies.find((defaultPolicy) => defaultPolicy.id === id);
  if (!policy) throw notFound();
  const Item = Policies.toItem(useTenant(), policy, JSON.stringify({ actor: "system", request: "default" }));
  try {
    await send(new PutCommand({ TableName: tableName(), Item, ConditionExpression: "attribute_not_exists(pk)" }));
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
  }
}

/** The lock item of a calendar. Its revision (the attribute `height`) rises with each policy that starts to use the calendar. */
const calendarLockKey = (calendar: string): Key => ({ pk: tenantKey(useTenant(), "SLA", "calendar", calendar), sk: "fence" });

/** Marks the calendar as used. A parallel deletion of the calendar then conflicts, retries and sees the policy. */
export const bumpCalendarLock = (tx: Transaction, calendar: string): Transaction =>
  tx.add({
    Update: {
      TableName: tableName(),
      Key: calendarLockKey(calendar),
      UpdateExpression: "ADD height :one",
      ExpressionAttributeValues: { ":one": 1 },
    },
  });

/** Refuses to delete a calendar that a live policy uses, or that a policy starts to use before the write. */
export async function requireUnusedCalendar(calendar: string, tx: Transaction): Promise<void> {
  const fence = await readItem(calendarLockKey(calendar));
  const naming = (await readPolicies()).filter(({ calendar_id, deleted_at }) => calendar_id === calendar && !deleted_at);
  if (naming.length > 0)
    throw conflict("SLA policies use this calendar: assign another calendar to them, or delete them first", [
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
    () => new WriteConflict("A policy has started to use the calendar"),
  );
}
