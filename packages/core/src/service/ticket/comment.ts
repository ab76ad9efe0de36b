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
 * What is said about a ticket: to the requester, by them, or among staff. The ticket keeps what its clocks go by, in the transaction of the
 * comment (docs/service/tickets.md, Comments).
 */

export const Info = Stored;
export const AddedComment = Info.extend({
  also_answering: z.array(Presence.PresentUser).describe("Colleagues who write an answer right now"),
});
export const Row = rowSchema(Stored, Comments.definition.row);

/** Days after its closing within which an answer of the requester reopens a ticket. */
const REOPEN_WINDOW_DAYS = 30;

export const add = fn(
  z.strictObject({
    id: text(64),
    ...fields,
    from: oneOf(["AGENT", "REQUESTER"])
      .default("AGENT")
      .describe("REQUESTER: staff enter what the requester said, which is public"),
  }),
  ({ id, from, ...said }) =>
    retryOnConflict(async () => {
      const ticket = await resolveSurvivor(await read(id));
      const also_answering = (await Presence.listOthers(ticket.id)).filter(({ is_answering }) => is_answering);
      const tx = transaction();
      const comment = build(ticket, { ...said, from, is_public: from === "REQUESTER" || said.is_public, is_automatic: false });
      await applyToTicket(tx, ticket, comment);
      return tx.create(Comments, comment).commit({ ...comment, also_answering });
    }),
);

type CommentContent = Pick<CommentRecord, "body" | "from" | "is_public" | "is_automatic"> &
  Partial<Pick<CommentRecord, "person_id" | "inbound_mail_id" | "attachment_ids" | "explanation" | "delivery">>;

/** What was said, not yet written; what the requester is to read waits to be mailed, unless told otherwise. */
export const build = (
  { id, personal_key_id }: Pick<TicketRecord, "id" | "personal_key_id">,
  said: CommentContent,
  options: { id?: string } = {},
): CommentRecord =>
  Records.init(
    Comments,
    {
      person_id: said.from === "REQUESTER" ? personal_key_id : null,
      inbound_mail_id: null,
      attachment_ids: [],
      explanation: null,
      delivery:
        said.is_public && said.from !== "REQUESTER" ? { status: "QUEUED", because: null, to: null, at: Clock.now() } : null,
      ...said,
      excerpt: [...said.body.slice(0, 2 * EXCERPT_LENGTH)].slice(0, EXCERPT_LENGTH).join(""),
      ticket_id: id,
    },
    options,
  );

const maxInstant = (one: string | null, other: string): string => (one !== null && one > other ? one : other);

/** Joins the transaction with what becomes of the ticket; `also` is what else the comment tells of it. */
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

/** The ticket as it is after a comment; its course follows. */
export function applyComment(ticket: TicketRecord, comment: CommentRecord): TicketRecord {
  const at = comment.created_at;
  const last = {
    last_comment_at: maxInstant(ticket.last_comment_at, at),
    last_activity_date: maxInstant(ticket.last_activity_date, at),
  };
  const seen = { ...ticket, ...last };
  if (!comment.is_public || comment.is_automatic || comment.from === "SYSTEM") return seen;
  return comment.from === "REQUESTER" ? withRequesterMessage(seen, at) : withAgentAnswer(seen, at);
}

/** What a comment is to the clocks; one that only staff read is nothing to them. */
export function toSlaFacts({ created_at: at, from, is_public, is_automatic }: CommentRecord): WriteEffects.MessageFact[] {
  if (from === "REQUESTER") return [{ at, type: "requester_message", is_automatic }];
  return from === "AGENT" && is_public ? [{ at, type: "agent_answer", is_automatic }] : [];
}

/** A public answer of an agent: who waited for it waits no more. */
const withAgentAnswer = (ticket: TicketRecord, at: string): TicketRecord => ({
  ...ticket,
  is_answered: true,
  first_response_at: ticket.first_response_at ?? at,
  awaiting_since: null,
});

/** Whether an answer of the requester comes too late to reopen it. */
export const isTooLateToReopen = ({ closed_at }: Pick<TicketRecord, "closed_at">, at: string): boolean =>
  closed_at !== null && Clock.addSeconds(REOPEN_WINDOW_DAYS * 86_400, Date.parse(closed_at)) < at;

/** A message of the requester: it waits since the oldest that has no answer, and what was over or waited for it goes on. */
function withRequesterMessage(ticket: TicketRecord, at: string): TicketRecord {
  const next = { ...ticket, awaiting_since: ticket.awaiting_since ?? at };
  if (ticket.status === "WAITING_ON_CUSTOMER") return { ...next, status: "OPEN", status_changed_at: at };
  if (!isEnded(ticket.status)) return next;
  if (isTooLateToReopen(ticket, at))
    throw conflict(`The ticket was closed more than ${REOPEN_WINDOW_DAYS} days ago: open another, with it as parent_ticket_id`, [
      { field: "id", message: "CLOSED" },
    ]);
  return { ...markReopened(next, at, "The requester answered"), status: "OPEN", status_changed_at: at, awaiting_since: at };
}

/** One of a ticket that the caller sees, whole. */
export const get = fn(z.strictObject({ id: text(64), comment_id: text(64) }), async ({ id, comment_id }) => {
  const [ticket, comment] = await Promise.all([read(id), Records.read(Comments, comment_id)]);
  if (![ticket.id, ...ticket.merged_ids].includes(comment.ticket_id)) throw notFound();
  return comment;
});

const Query = listSchema(Comments, {}).extend({ id: text(64) });

/** Of a ticket that the caller sees, with what was said about those merged into it. */
export const list = fn(Query, async ({ id, ...asking }) => {
  const { id: parent, merged_ids } = await read(id);
  return listRecords(Comments, { ...buildListQuery(Comments, asking), parent, mergedIds: merged_ids });
});

export * as Comment from "./comment.ts";
