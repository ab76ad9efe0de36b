import { Clock } from "../../kernel/clock.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { rateLimited, ruleViolation } from "../../kernel/error.ts";
import { isConditionFailed, update } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";

/**
 * Requests a minute of one user or key, across all processes. Each process leases a number of requests at a time. The number doubles with each lease,
 * up to a tenth of the limit, so that few requests pay for a write. Requests that a process leases and does not use are lost for that minute; this is
 * little, because a process with few requests leases few. If the limit changes, the process returns the rest of its lease.
 */
interface Lease {
  minute: number;
  limit: number;
  unusedCount: number;
  /** Requests that no process had leased when this lease was last renewed. */
  unleased: number;
  /** How many to lease next. */
  chunk: number;
  isSpent: boolean;
  renewing: Promise<void> | undefined;
}

const MAX_LEASES = 10_000;
const MIN_CHUNK = 20;
const MAX_CHUNK = 1000;
const maxChunk = (limit: number): number => Math.min(MAX_CHUNK, Math.max(1, Math.ceil(limit / 10)));
const leasesByDatabase = new WeakMap<object, Map<string, Lease>>();

export interface Quota {
  limit: number;
  /**
   * Requests that are left for this caller, as far as this process knows: the rest of its lease and what no process had leased at its last
   * renewal. Exact while one process answers; other processes may since have leased some of it.
   */
  remaining: number;
  /** Seconds until the next minute begins. */
  reset: number;
}

/** Takes `count` requests from the principal's minute, and returns what is left of it. */
export async function take(principal: string, limit: number, count = 1): Promise<Quota> {
  if (count > limit) throw ruleViolation(`The request counts as ${count} requests, but the limit is ${limit} per minute`);
  const minute = Math.floor(Clock.ms() / 60_000);
  const lease = findLease(principal, minute, limit);
  const untilNext = (): number => (minute + 1) * 60 - Clock.ms() / 1000;
  while (lease.unusedCount < count) {
    if (lease.isSpent) throw rateLimited(untilNext());
    await renewOnce(lease, principal, count);
  }
  lease.unusedCount -= count;
  // The next lease is requested in the background, before this one is used up.
  if (lease.unusedCount < lease.chunk / 10 && !lease.isSpent) renewOnce(lease, principal).catch(() => undefined);
  return { limit, remaining: lease.unusedCount + lease.unleased, reset: Math.max(0, Math.ceil(untilNext())) };
}

function findLease(principal: string, minute: number, limit: number): Lease {
  const { database } = usePorts();
  const leases = leasesByDatabase.get(database) ?? new Map<string, Lease>();
  leasesByDatabase.set(database, leases);
  const key = `${useTenant()}/${principal}`;
  const existingLease = leases.get(key);
  if (existingLease?.minute === minute && existingLease.limit === limit) return existingLease;
  const chunk = Math.min(MIN_CHUNK, maxChunk(limit));
  const fresh: Lease = { minute, limit, unusedCount: 0, unleased: limit, chunk, isSpent: false, renewing: undefined };
  if (existingLease?.minute === minute) {
    fresh.renewing = returnLease(existingLease, principal).finally(() => {
      fresh.renewing = undefined;
    });
  }
  leases.delete(key);
  leases.set(key, fresh);
  if (leases.size > MAX_LEASES) leases.delete(leases.keys().next().value as string);
  return fresh;
}

/** Returns the unused rest of a lease to the counter, when the limit has changed. */
async function returnLease(lease: Lease, principal: string): Promise<void> {
  await lease.renewing;
  const { minute, unusedCount } = lease;
  lease.unusedCount = 0;
  if (unusedCount === 0) return;
  await update({
    Key: counterKey(principal, minute),
    UpdateExpression: "ADD used :back",
    ExpressionAttributeValues: { ":back": -unusedCount },
  });
}

const counterKey = (principal: string, minute: number): Key => ({
  pk: tenantKey(useTenant(), "RATE", principal),
  sk: String(minute),
});

const renewOnce = (lease: Lease, principal: string, count = 1): Promise<void> => {
  lease.renewing ??= renew(lease, principal, count).finally(() => {
    lease.renewing = undefined;
  });
  return lease.renewing;
};

async function renew(lease: Lease, principal: string, count: number): Promise<void> {
  const requestedCount = Math.max(lease.chunk, count - lease.unusedCount);
  const { granted, used } = await grant(principal, lease.minute, lease.limit, requestedCount);
  lease.unusedCount += granted;
  lease.unleased = Math.max(0, lease.limit - used);
  lease.isSpent = granted < requestedCount;
  lease.chunk = Math.min(lease.chunk * 2, maxChunk(lease.limit));
}

/** Leases up to `requestedCount` requests. Returns how many the minute still had, and how many all processes together have then leased. */
async function grant(
  principal: string,
  minute: number,
  limit: number,
  requestedCount: number,
): Promise<{ granted: number; used: number }> {
  if (requestedCount <= 0) return { granted: 0, used: limit };
  try {
    const { Attributes } = await update({
      Key: counterKey(principal, minute),
      UpdateExpression: "ADD used :wanted SET #ttl = :ttl",
      ConditionExpression: "attribute_not_exists(used) OR used <= :room",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":wanted": requestedCount, ":room": limit - requestedCount, ":ttl": (minute + 2) * 60 },
      ReturnValues: "UPDATED_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    return { granted: requestedCount, used: Number(Attributes?.used) };
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    const { Item } = error as { Item?: { used?: { N?: string } | number } };
    const used = Number(typeof Item?.used === "object" ? Item.used.N : Item?.used);
    return grant(principal, minute, limit, Math.min(requestedCount - 1, limit - used));
  }
}

export * as RateLimit from "./rate-limit.ts";
