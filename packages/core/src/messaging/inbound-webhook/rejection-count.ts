import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { visitorHash } from "../../platform/sign-in/visitor.ts";
import { queryAll, update } from "../../storage/table/database.ts";
import { tenantKey } from "../../storage/table/key.ts";

/**
 * Counts requests with a wrong, missing or old signature by day in UTC: nothing else is stored of them. Counters are sharded and
 * limited per minute, so that many requests do not make one item hot.
 */
const SHARD_COUNT = 8;
const RETENTION_SECONDS = 30 * 24 * 60 * 60;
/** Maximum number of rejected requests in a minute, for one address and in total. Further ones get a 429 and are not counted. */
const MINUTE_LIMITS = [3000, 30_000] as const;

const partitionKey = (webhook: string, shard: number): string => tenantKey(useTenant(), "HOOKREFUSED", webhook, String(shard));

export async function increment(webhook: string): Promise<void> {
  const [ofAddress, ofAll] = MINUTE_LIMITS;
  await RateLimit.take(`${webhook}.refused.${visitorHash()}`, ofAddress);
  await RateLimit.take(`${webhook}.refused`, ofAll);
  await update({
    Key: { pk: partitionKey(webhook, Math.floor(Math.random() * SHARD_COUNT)), sk: Clock.now().slice(0, 10) },
    UpdateExpression: "ADD refused :one SET #ttl = :ttl",
    ExpressionAttributeNames: { "#ttl": "ttl" },
    ExpressionAttributeValues: { ":one": 1, ":ttl": Clock.toEpochSeconds(Clock.addSeconds(RETENTION_SECONDS)) },
  });
}

/** Returns the count of all stored days. */
export async function read(webhook: string): Promise<number> {
  const since = Clock.addSeconds(-RETENTION_SECONDS).slice(0, 10);
  const shards = await Promise.all(Array.from({ length: SHARD_COUNT }, (_, shard) => queryAll(partitionKey(webhook, shard))));
  return shards
    .flat()
    .filter(({ sk }) => String(sk) > since)
    .reduce((sum, { refused }) => sum + Number(refused), 0);
}

export * as RejectionCount from "./rejection-count.ts";
