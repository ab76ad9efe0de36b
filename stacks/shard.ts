import { createHash } from "node:crypto";

/**
 * Functions of one sort are spread over several stacks, because CloudFormation allows at most 500 resources in one. A function never changes its
 * stack: CloudFormation creates the new resource before it deletes the old, and both would have the same name.
 */
export const shards = { requests: [1, 2, 3, 4, 5, 6, 7], subscribers: [1, 2, 3, 4, 5, 6, 7, 8] } as const;
export type ShardedSort = keyof typeof shards;
export type Shard<Sort extends ShardedSort = ShardedSort> = (typeof shards)[Sort][number];

/** The first number of stacks, and the functions of that time. Do not extend these lists. */
const INITIAL_STACKS = 4;
const parseNames = (...lines: readonly string[]): ReadonlySet<string> => new Set(lines.flatMap((names) => names.split(" ")));
const initialNames: Readonly<Record<ShardedSort, ReadonlySet<string>>> = {
  requests: parseNames(
    "activities approvals attachments audit auth bulk customers deals exports flows forms imports interactions knowledge leads",
    "masters messages meta notes notifications offers opportunities paths persons potentials products proposals public quotes rules",
    "search service tags uploads users views",
  ),
  subscribers: parseNames(
    "activity-reminders activity-unblocking activity-series approval-start approval-watch approval-handover mail bulk-change",
    "booking-mails contact-list-members contact-list-builds conversion custom-fields customer-levels export customer-health import",
    "invitations lead-reminders lead-waits absences scoring merging notifications offer-mails offer-reminders proposal-expiry",
    "proposal-approvals quote-expiry quote-approvals quote-siblings rules search-paths segment-members segment-builds",
    "uploads",
  ),
};

/** The functions that were added while there were five stacks of requests. Do not extend this list. */
const SECOND_STACKS = 5;
const secondNames = parseNames(
  "mailers conversations providers reengagement contracts signatures sms batch profile reach signing webhooks hooks",
);
const SECOND_OFFSET = 16;

/** The stacks of later functions of requests. Add a new function to the stack with the fewest. */
const placedNames: Readonly<Record<string, number>> = {
  orders: 6,
  payments: 7,
  invoices: 6,
  gateways: 7,
  aftersales: 7,
  campaigns: 4,
};

/** The offsets in the hash from which the stacks of all other functions are computed, chosen so that they are spread evenly. */
const LATER_OFFSETS: Readonly<Record<ShardedSort, number>> = { requests: 12, subscribers: 0 };

/** Returns the stack of a function, by its name alone, so that a new function does not move others. */
export function assignShard<Sort extends ShardedSort>(sort: Sort, name: string): Shard<Sort> {
  const all: readonly Shard<Sort>[] = shards[sort];
  const shard = all[findPlace(sort, name)];
  if (shard === undefined) throw new Error(`There is no stack for ${name}`);
  return shard;
}

function findPlace(sort: ShardedSort, name: string): number {
  const hash = createHash("sha256").update(name).digest();
  if (initialNames[sort].has(name)) return hash.readUInt32BE() % INITIAL_STACKS;
  if (sort === "requests" && secondNames.has(name)) return hash.readUInt32BE(SECOND_OFFSET) % SECOND_STACKS;
  const placed = sort === "requests" ? placedNames[name] : undefined;
  return placed === undefined ? hash.readUInt32BE(LATER_OFFSETS[sort]) % shards[sort].length : placed - 1;
}
