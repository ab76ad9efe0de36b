import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { conflict, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { oneOf, text } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { type CommentRecord, Comments, EXCERPT_LENGTH, fields, Stored } from "./comment.entity.ts";
import { resolveSurvivor } from "./merge.ts";
import { Presence } from "./presence.ts";
import { isEnded } from "./status.rules.ts";
import { type TicketRecord, Tickets } from "./ticket.entity.ts";
import { markReopened, read } from "./ticket.ts";
import { WriteEffects } from "./write-effects.ts";

/**
 * Comments on tickets: to the requester, by the requester, or internal notes. The comment's transaction also updates the ticket fields from which
 * its clocks are computed (docs/service/tickets.md, Comments).
 */

export const Info = Stored;
export const AddedComment = Info.extend({
  also_answering: z.array(Presence.PresentUser).describe("Other users who are writing an answer now"),
});
export const Row = rowSchema(Stored, Comments.definition.row, Comments.definition.longTexts);

/** Days after closing within which a message of the requester reopens the ticket. */
const REOPEN_WINDOW_DAYS = 30;

export const add = fn(
  z.strictObject({
    id: text(64),
    ...fields,
    from: oneOf(["AGENT", "REQUESTER"])
      .default("AGENT")
      .describe("REQUESTER: a user records a statement of the requester, which is public"),
  }),
  ({ id, from, ...content }) =>
    retryOnConflict(async () => {
      const ticket = await resolveSurvivor(await read(id));
      const also_answering = (await Presence.listOtherUsers(ticket.id)).filter(({ is_answering }) => is_answering);
      const tx = transaction();
      const comment = build(ticket, {
        ...content,
        from,
        is_public: from === "REQUESTER" || content.is_public,
        is_automatic: false,
      });
      await applyToTicket(tx, ticket, comment);
      return tx.create(Comments, comment).commit({ ...comment, also_answering });
    }),
);

type CommentContent = Pick<CommentRecord, "body" | "from" | "is_public" | "is_automatic"> &
  Partial<Pick<CommentRecord, "person_id" | "inbound_mail_id" | "attachment_ids" | "explanation" | "delivery">>;

/** Builds an unsaved comment. By default, a public comment that the requester did not write is queued for delivery. */
export const build = (
  { id, personal_key_id }: Pick<TicketRecord, "id" | "personal_key_id">,
  content: CommentContent,
  options: { id?: string } = {},
): CommentRecord =>
  Records.init(
    Comments,
    {
      person_id: content.from === "REQUESTER" ? personal_key_id : null,
      inbound_mail_id: null,
      attachment_ids: [],
      explanation: null,
      delivery:
        content.is_public && content.from !== "REQUESTER" ? { status: "QUEUED", because: null, to: null, at: Clock.now() } : null,
      ...content,
      excerpt: [...content.body.slice(0, 2 * EXCERPT_LENGTH)].slice(0, EXCERPT_LENGTH).join(""),
      ticket_id: id,
    },
    options,
  );

const maxInstant = (a: string | null, b: string): string => (a !== null && a > b ? a : b);

/** Adds the ticket's update for a comment to the transaction. `also` holds further changes that the comment brings. */
export async function applyToTicket(
  tx: Transaction,
  ticket: TicketRecord,
  comment: CommentRecord,
  also: Partial<Pick<TicketRecord, "mail">> = {},
): Promise<void> {
  const after = await WriteEffects.apply(tx, ticket, applyComment({ ...ticket, ...also }, comment), {
    messageFacts: toSlaFacts(comment),
  });
  tx.replace(Tickets, ticket, Tickets.applyComputed(Records.nextVersion(ticket, after)));
}

/** Returns the ticket after a comment. The caller applies the write effects. */
export function applyComment(ticket: TicketRecord, comment: CommentRecord): TicketRecord {
  const createdAt = comment.created_at;
  const last = {
    last_comment_at: maxInstant(ticket.last_comment_at, createdAt),
    last_activity_date: maxInstant(ticket.last_activity_date, createdAt),
  };
  const seen = { ...ticket, ...last };
  if (!comment.is_public || comment.is_automatic || comment.from === "SYSTEM") return seen;
  return comment.from === "REQUESTER" ? withRequesterMessage(seen, createdAt) : withAgentAnswer(seen, createdAt);
}

/** Returns the facts that a comment adds to the clocks. Internal notes add none. */
export function toSlaFacts({ created_at: createdAt, from, is_public, is_automatic }: CommentRecord): WriteEffects.MessageFact[] {
  if (from === "REQUESTER") return [{ at: createdAt, type: "requester_message", is_automatic }];
  return from === "AGENT" && is_public ? [{ at: createdAt, type: "agent_answer", is_automatic }] : [];
}

/** Applies a public answer of an agent: the requester no longer waits. */
const withAgentAnswer = (ticket: TicketRecord, instant: string): TicketRecord => ({
  ...ticket,
  is_answered: true,
  first_response_at: ticket.first_response_at ?? instant,
  awaiting_since: null,
});

/** Returns whether a message of the requester comes too late to reopen the ticket. */
export const isTooLateToReopen = ({ closed_at }: Pick<TicketRecord, "closed_at">, instant: string): boolean =>
  closed_at !== null && Clock.addSeconds(REOPEN_WINDOW_DAYS * 86_400, Date.parse(closed_at)) < instant;

/**
 * Applies a message of the requester. They wait since their oldest unanswered message. An ended ticket is reopened, and one that waits for the
 * customer continues.
 */
function withRequesterMessage(ticket: TicketRecord, instant: string): TicketRecord {
  const next = { ...ticket, awaiting_since: ticket.awaiting_since ?? instant };
  if (ticket.status === "WAITING_ON_CUSTOMER") return { ...next, status: "OPEN", status_changed_at: instant };
  if (!isEnded(ticket.status)) return next;
  if (isTooLateToReopen(ticket, instant))
    throw conflict(
      `The ticket was closed more than ${REOPEN_WINDOW_DAYS} days ago: create another with this one as parent_ticket_id`,
      [{ field: "id", message: "CLOSED" }],
    );
  return {
    ...markReopened(next, instant, "The requester replied"),
    status: "OPEN",
    status_changed_at: instant,
    awaiting_since: instant,
  };
}

/** Returns a complete comment of a ticket that the caller can see. */
export const get = fn(z.strictObject({ id: text(64), comment_id: text(64) }), async ({ id, comment_id }) => {
  const [ticket, comment] = await Promise.all([read(id), Records.read(Comments, comment_id)]);
  if (![ticket.id, ...ticket.merged_ids].includes(comment.ticket_id)) throw notFound();
  return comment;
});

const Query = listSchema(Comments, {}).extend({ id: text(64) });

/** Lists the comments of a ticket that the caller can see, including those of tickets merged into it. */
export const list = fn(Query, async ({ id, ...asking }) => {
  const { id: parent, merged_ids } = await read(id);
  return listRecords(Comments, { ...buildListQuery(Comments, asking), parent, mergedIds: merged_ids });
});

export * as Comment from "./comment.ts";
