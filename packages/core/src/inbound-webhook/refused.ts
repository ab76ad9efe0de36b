import { RateLimit } from "../auth/rate-limit.ts";
import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { visitor } from "../sign-in/visitor.ts";
import { queryAll, update } from "../storage/table/database.ts";
import { tenantKey } from "../storage/table/key.ts";

/**
 * How many calls were refused whose signature was wrong, missing or stale, by day in UTC: all that is left of them. In items side by
 * side, and so many a minute, so that whoever sends very many makes no item hot.
 */
const SHARDS = 8;
const KEPT = 30 * 24 * 60 * 60;
/** Refused calls in a minute: of one address, and of all together. What is beyond them is a 429, and not counted. */
const LIMITS = [3000, 30_000] as const;

const partition = (webhook: string, shard: number): string => tenantKey(useTenant(), "HOOKREFUSED", webhook, String(shard));

export async function count(webhook: string): Promise<void> {
  const [ofAddress, ofAll] = LIMITS;
  await RateLimit.take(`${webhook}.refused.${visitor()}`, ofAddress);
  await RateLimit.take(`${webhook}.refused`, ofAll);
  await update({
    Key: { pk: partition(webhook, Math.floor(Math.random() * SHARDS)), sk: Clock.now().slice(0, 10) },
    UpdateExpression: "ADD refused :one SET #ttl = :ttl",
    ExpressionAttributeNames: { "#ttl": "ttl" },
    ExpressionAttributeValues: { ":one": 1, ":ttl": Clock.epoch(Clock.after(KEPT)) },
  });
}

/** Of the days for which it is kept. */
export async function counted(webhook: string): Promise<number> {
  const since = Clock.after(-KEPT).slice(0, 10);
  const shards = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => queryAll(partition(webhook, shard))));
  return shards
    .flat()
    .filter(({ sk }) => String(sk) > since)
    .reduce((sum, { refused }) => sum + Number(refused), 0);
}

export * as Refused from "./refused.ts";
