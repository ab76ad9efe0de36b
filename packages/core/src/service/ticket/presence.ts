import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActor, useActorId, useTenant } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id, instant } from "../../kernel/schema.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { isConditionFailed, put, query, send, tableName, update } from "../../storage/table/database.ts";
import { type Key, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { Tickets } from "./ticket.entity.ts";

/**
 * Shows which users view or answer a ticket right now. Each user has one item per ticket, which the client renews every 30 seconds
 * (docs/service/tickets.md, Presence). It is not a record: it has no audit entries and does not change the ticket.
 */

/** Seconds for which a heartbeat is valid. */
const BEAT_SECONDS = 90;

export const PresentUser = z.object({
  user_id: id(USER),
  name: z.string().nullable(),
  since: instant(),
  is_answering: z.boolean(),
});
export type PresentUser = z.output<typeof PresentUser>;

const presencePartition = (ticket: string): string => tenantKey(useTenant(), "PRESENCE", ticket);
const presenceKey = (ticket: string, user: string): Key => ({ pk: presencePartition(ticket), sk: user });

/** Records a heartbeat with one small write. The first one, or one after a gap, finds no valid item and creates it. */
export const beat = fn(
  IdInput.extend({
    is_answering: z.boolean().default(false).describe("true: the user is writing an answer; false: the user is only viewing"),
  }),
  async ({ id: ticketId, is_answering }): Promise<null> => {
    const user = requireUserId();
    const ticket = await Records.read(Tickets, ticketId);
    const now = Clock.now();
    const ends_at = Clock.addSeconds(BEAT_SECONDS, Date.parse(now));
    const ttl = Clock.toEpochSeconds(ends_at) + 1;
    try {
      await update({
        Key: presenceKey(ticket.id, user),
        UpdateExpression: "SET is_answering = :answering, ends_at = :ends, #ttl = :ttl",
        ConditionExpression: "ends_at > :now",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: { ":answering": is_answering, ":ends": ends_at, ":ttl": ttl, ":now": now },
      });
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
      await put({ ...presenceKey(ticket.id, user), is_answering, begun_at: now, ends_at, ttl });
    }
    return null;
  },
);

export const end = fn(IdInput, async ({ id: ticketId }): Promise<null> => {
  const user = requireUserId();
  const ticket = await Records.read(Tickets, ticketId);
  await send(new DeleteCommand({ TableName: tableName(), Key: presenceKey(ticket.id, user) }));
  return null;
});

export const list = fn(IdInput, async ({ id: ticketId }) => listOtherUsers((await Records.read(Tickets, ticketId)).id));

/** Returns the other users with a valid heartbeat, earliest first. Expired items are filtered out, because TTL deletes late. */
export async function listOtherUsers(ticket: string): Promise<PresentUser[]> {
  const { Items = [] } = await query({
    KeyConditionExpression: "pk = :pk",
    FilterExpression: "ends_at > :now",
    ExpressionAttributeValues: { ":pk": presencePartition(ticket), ":now": Clock.now() },
    ConsistentRead: true,
  });
  const heartbeats = Items.filter(({ sk }) => sk !== useActorId());
  const names = await Directory.loadNames(heartbeats.map(({ sk }) => String(sk)));
  const present = heartbeats.map(({ sk, begun_at, is_answering }) => ({
    user_id: String(sk),
    name: names.get(String(sk)) ?? null,
    since: String(begun_at),
    is_answering: is_answering === true,
  }));
  return present.sort((a, b) => (a.since < b.since ? -1 : 1));
}

function requireUserId(): string {
  const actor = useActor();
  if (actor.type !== "user") throw forbidden("An API key is not a user and cannot be shown as present");
  return actor.id;
}

export * as Presence from "./presence.ts";
