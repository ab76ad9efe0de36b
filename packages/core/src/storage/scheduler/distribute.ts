import { Clock } from "../../kernel/clock.ts";
import type { limitConcurrency } from "../../kernel/concurrency.ts";
import { runIn, systemContext, useActorId, useRequest } from "../../kernel/context.ts";
import type { DomainEvent, Ports } from "../../kernel/ports.ts";
import { loadCollectionById } from "../table/collection-registry.ts";
import { isConditionFailed, readItems, splitIntoChunks, update } from "../table/database.ts";
import type { Lane } from "../table/due-index.ts";
import type { Item } from "../table/item.ts";
import { type Key, recordKey, systemKey } from "../table/key.ts";
import { dynamodbLimits } from "../table/table.ts";

/**
 * Publishes clocks that are due: claims each by a conditional write and publishes the event `<kind>.<clock>_due`. A claim is a lease: a
 * clock that is still due when it ends is published again.
 */
export interface DistributionResult {
  /** Entries of the index that were processed. */
  found: number;
  /** Clocks that were published, and those of them that had been published before. */
  published: number;
  again: number;
  /** Clocks that are still due a week after they were first published, and records that could not be read. */
  overdue: number;
  unreadable: number;
}

/** One run: its counts, and the limit of its concurrent requests. */
export interface Distribution {
  ports: Ports;
  limit: ReturnType<typeof limitConcurrency>;
  result: DistributionResult;
}

const DAY_SECONDS = 24 * 60 * 60;
/**
 * Seconds until a clock is published again. The time doubles with each try up to `longest`. Events of the bulk lane wait in the queue of
 * their listener; publishing them again soon would only make the queue longer.
 */
const leaseSeconds: Record<Lane, { first: number; longest: number }> = {
  prompt: { first: 2 * 60, longest: 60 * 60 },
  bulk: { first: 60 * 60, longest: 8 * 60 * 60 },
};
/** A clock that is still due this long after it was first published needs an operator. */
const OVERDUE_AFTER_MS = 7 * DAY_SECONDS * 1000;

interface DueClock {
  tenant: string;
  id: string;
  kind: string;
  clock: string;
  lane: Lane;
  due_at: string;
  version: number;
}

/** Publishes the due clocks of one tenant's records. For each hundred records: one read, a claim for each clock, and one publication. */
export async function distribute(run: Distribution, tenant: string, ids: readonly string[]): Promise<void> {
  run.result.found += ids.length;
  const ends = await Promise.allSettled(
    splitIntoChunks(ids, dynamodbLimits.batchGet).map((chunk) => distributeChunk(run, tenant, chunk)),
  );
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

async function distributeChunk(run: Distribution, tenant: string, ids: readonly string[]): Promise<void> {
  const keys = ids.map((id) => recordKey(tenant, id));
  const items = await run.limit(() => runIn(systemContext(run.ports, tenant, "due"), () => readItems(keys)));
  const now = Clock.now();
  const clocks = await Promise.all(items.map((item) => (item?.life === "live" ? listClocks(run, tenant, item) : [])));
  const due = clocks.flat().filter(({ due_at }) => due_at <= now);
  const claims = await Promise.allSettled(due.map((clock) => run.limit(() => claimClock(run, clock))));
  const claimedClocks = due.filter((_, index) => (claims[index] as { value?: boolean }).value);
  if (claimedClocks.length > 0) await run.limit(() => run.ports.bus.publish(claimedClocks.map(buildDueEvent)));
  run.result.published += claimedClocks.length;
  for (const claim of claims) if (claim.status === "rejected") throw claim.reason;
}

/** Returns the clocks of a record that are set. If the record cannot be read, logs the error and returns none; a later run tries again. */
async function listClocks(run: Distribution, tenant: string, item: Item): Promise<DueClock[]> {
  const id = String(item.sk);
  try {
    const collection = await loadCollectionById(id);
    if (!collection) throw new Error("Unknown kind of record");
    const { name, definition } = collection;
    return Object.entries(collection.clockInstants(collection.fromItem(item))).map(([clock, due_at]) => {
      const lane = definition.bulkClocks?.includes(clock) ? "bulk" : "prompt";
      return { tenant, id, kind: name, clock, lane, due_at, version: Number(item.version) };
    });
  } catch (error) {
    run.result.unreadable++;
    const why = error instanceof Error ? error.message : "";
    run.ports.log.write("error", "A due record could not be read", { tenant, id, error: why });
    return [];
  }
}

const claimKey = ({ tenant, id, clock, due_at }: DueClock): Key => ({
  pk: systemKey("claim", tenant, id),
  sk: `${clock}@${due_at}`,
});

/** Takes the lease of a clock; false if another sweep has it. */
async function claimClock(run: Distribution, due: DueClock): Promise<boolean> {
  const { first, longest } = leaseSeconds[due.lane];
  const lease = (seconds: number) => ({
    leased_until: Clock.addSeconds(seconds),
    ttl: Clock.toEpochSeconds(Clock.addSeconds(seconds)) + DAY_SECONDS,
  });
  const [now, future] = [Clock.now(), Clock.addSeconds(longest)];
  const { leased_until, ttl } = lease(first);
  const claimed = await ignoreConditionFailure(async () => {
    const { Attributes } = await update({
      Key: claimKey(due),
      UpdateExpression:
        "SET leased_until = :leased_until, claimed_at = :now, first_at = if_not_exists(first_at, :now), #ttl = :ttl ADD tries :one",
      // A claim from the future was made before the clock was set back. Small differences between clocks do not invalidate a claim.
      ConditionExpression: "attribute_not_exists(pk) OR leased_until <= :now OR claimed_at > :future",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":leased_until": leased_until, ":ttl": ttl, ":now": now, ":future": future, ":one": 1 },
      ReturnValues: "ALL_NEW",
    });
    return { tries: Number(Attributes?.tries), first_at: String(Attributes?.first_at) };
  });
  if (!claimed) return false;
  const { tries, first_at } = claimed;
  if (tries === 1) return true;
  run.result.again++;
  const { tenant, id, clock, due_at } = due;
  const isOverdue = Date.parse(first_at) < Date.parse(now) - OVERDUE_AFTER_MS;
  if (isOverdue) run.result.overdue++;
  run.ports.log.write(
    isOverdue ? "error" : "warn",
    isOverdue ? "A clock has been distributed for a week and is still due" : "A clock is distributed again",
    { tenant, id, clock, due_at, tries },
  );
  const longer = lease(Math.min(first * 2 ** (tries - 1), longest));
  await ignoreConditionFailure(() =>
    update({
      Key: claimKey(due),
      UpdateExpression: "SET leased_until = :leased_until, #ttl = :ttl",
      ConditionExpression: "claimed_at = :now AND tries = :tries",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":leased_until": longer.leased_until, ":ttl": longer.ttl, ":now": now, ":tries": tries },
    }),
  );
  return true;
}

/** Returns undefined if the condition of the write failed. */
async function ignoreConditionFailure<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    return undefined;
  }
}

const buildDueEvent = ({ tenant, id, kind, clock, due_at, version }: DueClock): DomainEvent => ({
  id: `${id}.${clock}.${due_at}`,
  type: `${kind}.${clock}_due`,
  tenant_id: tenant,
  record_id: id,
  version,
  actor_id: useActorId(),
  request_id: useRequest().id,
  at: Clock.now(),
  changed: [],
  due_at,
});
