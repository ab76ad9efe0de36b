import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { Clock } from "../../kernel/clock.ts";
import { useActorId, useTenant } from "../../kernel/context.ts";
import { isConditionFailed, put, query, send, tableName, update } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Directory } from "../user/directory.ts";

/**
 * Heartbeats: which users view or edit a record right now. Each user has one item for each record, which the client renews. It is not a record: it has
 * no audit entries and does not change the record. The callers check that the user may see the record.
 */

const presencePartition = (record: string): string => tenantKey(useTenant(), "PRESENCE", record);
const presenceKey = (record: string, user: string): Key => ({ pk: presencePartition(record), sk: user });

interface Heartbeat {
  is_editing: boolean;
  /** Seconds for which it is valid. */
  seconds: number;
}

/** Records a heartbeat with one small write. The first one, or one after a gap, finds no valid item and creates it. */
export async function beat(record: string, user: string, { is_editing, seconds }: Heartbeat): Promise<void> {
  const now = Clock.now();
  const ends_at = Clock.addSeconds(seconds, Date.parse(now));
  const ttl = Clock.toEpochSeconds(ends_at) + 1;
  try {
    await update({
      Key: presenceKey(record, user),
      UpdateExpression: "SET is_editing = :editing, ends_at = :ends, #ttl = :ttl",
      ConditionExpression: "ends_at > :now",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":editing": is_editing, ":ends": ends_at, ":ttl": ttl, ":now": now },
    });
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    await put({ ...presenceKey(record, user), is_editing, begun_at: now, ends_at, ttl });
  }
}

export const end = (record: string, user: string): Promise<unknown> =>
  send(new DeleteCommand({ TableName: tableName(), Key: presenceKey(record, user) }));

/** A user with a valid heartbeat. */
export interface PresentUser {
  user_id: string;
  name: string | null;
  since: string;
  is_editing: boolean;
}

/** Returns the other users with a valid heartbeat, earliest first. Expired items are filtered out, because TTL deletes late. */
export async function listOtherUsers(record: string): Promise<PresentUser[]> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk",
    FilterExpression: "ends_at > :now",
    ExpressionAttributeValues: { ":pk": presencePartition(record), ":now": Clock.now() },
    ConsistentRead: true,
  });
  const heartbeats = Items.filter(({ sk }) => sk !== useActorId());
  const names = await Directory.loadNames(heartbeats.map(({ sk }) => String(sk)));
  const present = heartbeats.map(({ sk, begun_at, is_editing }) => ({
    user_id: String(sk),
    name: names.get(String(sk)) ?? null,
    since: String(begun_at),
    is_editing: is_editing === true,
  }));
  return present.sort((a, b) => (a.since < b.since ? -1 : 1));
}

export * as Heartbeats from "./heartbeat.ts";
