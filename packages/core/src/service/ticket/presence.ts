import * as z from "zod";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id, instant } from "../../kernel/schema.ts";
import { Heartbeats } from "../../platform/presence/heartbeat.ts";
import { requireSignedInUser } from "../../platform/user/current-user.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { Records } from "../../storage/write/records.ts";
import { Tickets } from "./ticket.entity.ts";

/** Who views or answers a ticket right now (docs/service/tickets.md, Presence). It shares its heartbeats with `/presence`. */

/** Seconds for which a heartbeat is valid. Clients repeat it every 30 seconds. */
const BEAT_SECONDS = 90;

export const PresentUser = z.object({
  user_id: id(USER),
  name: z.string().nullable(),
  since: instant(),
  is_answering: z.boolean(),
});
type PresentUser = z.output<typeof PresentUser>;

export const beat = fn(
  IdInput.extend({
    is_answering: z.boolean().default(false).describe("true: the user is writing an answer; false: the user is only viewing"),
  }),
  async ({ id: ticketId, is_answering }): Promise<null> => {
    const user = requireSignedInUser();
    const ticket = await Records.read(Tickets, ticketId);
    await Heartbeats.beat(ticket.id, user, { is_editing: is_answering, seconds: BEAT_SECONDS });
    return null;
  },
);

export const end = fn(IdInput, async ({ id: ticketId }): Promise<null> => {
  const user = requireSignedInUser();
  const ticket = await Records.read(Tickets, ticketId);
  await Heartbeats.end(ticket.id, user);
  return null;
});

export const list = fn(IdInput, async ({ id: ticketId }) => listOtherUsers((await Records.read(Tickets, ticketId)).id));

/** Returns the other users who view or answer the ticket, earliest first. */
export const listOtherUsers = async (ticket: string): Promise<PresentUser[]> =>
  (await Heartbeats.listOtherUsers(ticket)).map(({ is_editing, ...user }) => ({ ...user, is_answering: is_editing }));

export * as Presence from "./presence.ts";
