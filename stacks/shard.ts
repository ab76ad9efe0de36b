import { createHash } from "node:crypto";

/**
 * Functions of one sort lie in several stacks, because CloudFormation takes no more than 500 resources in one. Their number is for
 * good: with another, functions would move from stack to stack, and CloudFormation makes what has a name before it takes the old
 * one away.
 */
export const shards = [1, 2, 3, 4] as const;
export type Shard = (typeof shards)[number];

/** Which of them holds what has this name: by the name alone, so that a newcomer moves nobody. */
export const shardOf = (name: string): Shard =>
  shards[createHash("sha256").update(name).digest().readUInt32BE() % shards.length] ?? 1;
