import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { query } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { transaction, WriteConflict } from "../../storage/write/transaction.ts";
import type { FollowState } from "./follow.rules.ts";

/**
 * Stores which users follow which records: an item below the record, and one below the user. They are no records: they have no audit
 * entries and no events. Owners follow by default, without an item, so creating a record costs nothing more.
 */

const followersPartition = (record: string): string => tenantKey(useTenant(), "FOLLOWER", record);
const followedPartition = (user: string): string => tenantKey(useTenant(), "FOLLOWED", user);
const followerKey = (record: string, user: string): Key => ({ pk: followersPartition(record), sk: user });

/** The most followers of a record, and the most records of a user, that are read: the first ones in the order of ids. */
export const MAX_FOLLOWERS = 200;
export const MAX_FOLLOWED = 2000;

const readState = ({ state }: Item): FollowState => state as FollowState;

const buildWrite = (record: string, user: string, state: FollowState, condition?: string) => {
  const item = { state, at: Clock.now() };
  const guard = condition === undefined ? {} : { condition, rejection: () => new WriteConflict("The user has a state already") };
  return transaction()
    .put({ ...followerKey(record, user), ...item }, guard)
    .put({ pk: followedPartition(user), sk: record, ...item });
};

export const write = (record: string, user: string, state: FollowState): Promise<null> =>
  buildWrite(record, user, state).commit(null);

/** Lets a commenter follow, unless the user has followed or muted the record before. */
export async function addCommenter(record: string, user: string): Promise<void> {
  try {
    await buildWrite(record, user, "COMMENTER", "attribute_not_exists(pk)").commit(null);
  } catch (error) {
    if (!(error instanceof WriteConflict)) throw error;
  }
}

/** The followers of this many records that were merged into another are read with its own. */
const MAX_MERGED = 10;

/** Lists the ids under which users follow a record: its own, and those of the records that were last merged into it. */
export function listFollowedIds(record: BaseRecord): string[] {
  const { id, merged_ids = [] } = record as BaseRecord & { merged_ids?: readonly string[] };
  return [id, ...merged_ids.slice(-MAX_MERGED)];
}

/** Returns the states of users of a record. Its own come before those of records that were merged into it. */
export async function loadByRecord(record: BaseRecord): Promise<ReadonlyMap<string, FollowState>> {
  const states = await Promise.all(listFollowedIds(record).map((id) => loadStates(followersPartition(id), MAX_FOLLOWERS)));
  return new Map(states.toReversed().flatMap((ofRecord) => [...ofRecord]));
}

/** Returns the states of the newest records that a user follows or has muted. */
export const loadByUser = (user: string): Promise<ReadonlyMap<string, FollowState>> =>
  loadStates(followedPartition(user), MAX_FOLLOWED);

async function loadStates(partition: string, most: number): Promise<ReadonlyMap<string, FollowState>> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": partition },
    ConsistentRead: true,
    Limit: most,
  });
  return new Map(Items.map((item) => [String(item.sk), readState(item)]));
}

export * as FollowStore from "./follow-store.ts";
