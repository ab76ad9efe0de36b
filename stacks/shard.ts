import { createHash } from "node:crypto";

/**
 * Functions of one sort lie in several stacks, because CloudFormation takes no more than 500 resources in one. A function stays in
 * its stack for good: CloudFormation makes what has a name before it takes the old one away.
 */
export const shards = { requests: [1, 2, 3, 4], subscribers: [1, 2, 3, 4, 5, 6, 7, 8] } as const;
export type Sharded = keyof typeof shards;
export type Shard<Sort extends Sharded = Sharded> = (typeof shards)[Sort][number];

/** How many stacks subscribers had, and those that were there then. This list does not grow. */
const SETTLED = 4;
const settled: ReadonlySet<string> = new Set(
  [
    "activity-reminders activity-unblocking activity-series approval-start approval-watch approval-handover mail bulk-change",
    "booking-mails contact-list-members contact-list-builds conversion custom-fields customer-levels export customer-health import",
    "invitations lead-reminders lead-waits absences scoring merging notifications offer-mails offer-reminders proposal-expiry",
    "proposal-approvals quote-expiry quote-approvals quote-siblings rules search-paths segment-members segment-builds",
    "stage-automations uploads",
  ].flatMap((names) => names.split(" ")),
);

/** Which of them holds what has this name: by the name alone, so that a newcomer moves nobody. */
export function shardOf<Sort extends Sharded>(sort: Sort, name: string): Shard<Sort> {
  const among: readonly Shard<Sort>[] = shards[sort];
  const count = sort === "subscribers" && settled.has(name) ? SETTLED : among.length;
  const found = among[createHash("sha256").update(name).digest().readUInt32BE() % count];
  if (found === undefined) throw new Error(`There is no stack for ${name}`);
  return found;
}
