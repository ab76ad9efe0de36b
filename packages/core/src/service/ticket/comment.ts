import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { conflict, type ErrorDetail, invalid, invalidAll, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { Page } from "../../kernel/page.ts";
import { oneOf, text } from "../../kernel/schema.ts";
import { Attachment } from "../../people/attachment/attachment.ts";
import { resolveMentions } from "../../people/comment/mentions.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { attachmentIds, buildExcerpt, type CommentRecord, Comments, fields, Stored, type TicketEvent } from "./comment.entity.ts";
import { FirstMessage } from "./first-message.ts";
import { Presence } from "./presence.ts";
import { isEnded } from "./status.rules.ts";
import { type TicketRecord, Tickets } from "./ticket.entity.ts";
import { markReopened, read } from "./ticket.ts";
import { resolveSurvivor } from "./ticket-lookup.ts";
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
    attachment_ids: attachmentIds,
    from: oneOf(["AGENT", "REQUESTER"])
      .default("AGENT")
      .describe("REQUESTER: a user records a statement of the requester, which is public"),
  }),
  ({ id, from, ...content }) =>
    retryOnConflict(async () => {
      const ticket = await resolveSurvivor(await read(id));
      const is_public = from === "REQUESTER" || content.is_public;
      const files = await requireFiles(ticket, content);
      if (content.body.trim() === "") requireOtherContent(ticket, files, is_public);
      const mentions = is_public ? undefined : await resolveMentions("body", content.body, ticket.id);
      const also_answering = (await Presence.listOtherUsers(ticket.id)).filter(({ is_answering }) => is_answering);
      const tx = transaction();
      const comment = build(ticket, {
        ...{ ...content, from, is_public, is_automatic: false },
        ...(content.body.trim() === "" ? { excerpt: buildExcerpt(files.join(", ")) } : mentions),
      });
      await applyToTicket(tx, ticket, comment);
      return tx.create(Comments, comment).commit({ ...comment, also_answering });
    }),
);

/** Bytes of the files of a public comment: mail servers refuse larger mails. */
const MAX_MAILED_BYTES = 7_000_000;

/** Requires files of a comment without a text. A text message has no files. */
function requireOtherContent({ channel, mail }: TicketRecord, files: readonly string[], is_public: boolean): void {
  if (files.length === 0) throw invalid("body", "Must not be blank, unless the comment has files");
  if (is_public && channel === "SMS" && !mail) throw invalid("body", "Must not be blank: the answer is a text message");
}

/** Requires files of the ticket, or of tickets merged into it, that fit into a mail. Returns their names. */
async function requireFiles(
  ticket: TicketRecord,
  { attachment_ids, is_public }: Pick<CommentRecord, "attachment_ids" | "is_public">,
): Promise<string[]> {
  if (attachment_ids.length === 0) return [];
  const files = await Attachment.loadLive(attachment_ids);
  const ticketIds = [ticket.id, ...ticket.merged_ids];
  const unknown = files.flatMap((file, index): ErrorDetail[] =>
    file && ticketIds.includes(file.related_to_id)
      ? []
      : [{ field: `attachment_ids.${index}`, message: "The ticket has no attachment with this id" }],
  );
  if (unknown.length > 0) throw invalidAll(unknown);
  const bytes = files.reduce((sum, file) => sum + (file?.file_size ?? 0), 0);
  if (is_public && bytes > MAX_MAILED_BYTES)
    throw ruleViolation(`The files of a mail must be at most ${MAX_MAILED_BYTES / 1_000_000} MB together`, [
      { field: "attachment_ids", message: "Send fewer or smaller files" },
    ]);
  return files.flatMap((file) => (file ? [file.file_name] : []));
}

type CommentContent = Pick<CommentRecord, "body" | "from" | "is_public" | "is_automatic"> &
  Partial<
    Pick<
      CommentRecord,
      "person_id" | "inbound_mail_id" | "attachment_ids" | "explanation" | "delivery" | "event" | "excerpt" | "mentioned_ids"
    >
  >;

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
      event: null,
      mentioned_ids: [],
      copied_from_id: null,
      delivery:
        content.is_public && content.from !== "REQUESTER" ? { status: "QUEUED", because: null, to: null, at: Clock.now() } : null,
      excerpt: buildExcerpt(content.body),
      ...content,
      ticket_id: id,
    },
    options,
  );

const eventTexts: Readonly<Record<TicketEvent["type"], string>> = {
  MERGED: "Merged from",
  UNMERGED: "Separated again from",
  SPLIT_TO: "Split off to",
  SPLIT_FROM: "Split off from",
  UNSPLIT: "Taken back from",
};

/** Builds the internal comment that records an event with another ticket. */
export const buildEvent = (
  on: Pick<TicketRecord, "id" | "personal_key_id">,
  type: TicketEvent["type"],
  { id: ticket_id, ticket_number, subject }: Pick<TicketRecord, "id" | "ticket_number" | "subject">,
): CommentRecord =>
  build(on, {
    ...{ body: `${eventTexts[type]} ${ticket_number}: ${subject}`, from: "SYSTEM", is_public: false, is_automatic: true },
    event: { type, ticket_id, ticket_number, subject },
  });

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
export function toSlaFacts({ created_at, from, is_public, is_automatic }: CommentRecord): WriteEffects.MessageFact[] {
  if (from === "REQUESTER") return [{ at: created_at, type: "requester_message", is_automatic }];
  return from === "AGENT" && is_public ? [{ at: created_at, type: "agent_answer", is_automatic }] : [];
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
  const next = { ...ticket, awaiting_since: ticket.awaiting_since ?? instant, snoozed_until: null };
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
  const ticket = await read(id);
  const first = (await FirstMessage.loadFirstMessages(ticket)).find((message) => message.id === comment_id);
  if (first) return first;
  const comment = await Records.read(Comments, comment_id);
  if (![ticket.id, ...ticket.merged_ids].includes(comment.ticket_id)) throw notFound();
  return comment;
});

const Query = listSchema(Comments, {}).extend({ id: text(64) });

/** Lists the conversation of a ticket that the caller can see: its first message and comments, and those of tickets merged into it. */
export const list = fn(Query, async ({ id, ...asking }) => {
  const ticket = await read(id);
  return listConversation(ticket, buildListQuery(Comments, asking));
});

/** Lists the conversation of a ticket, without a check whether the caller can see it. */
export async function listConversation(ticket: TicketRecord, query: ListQuery): Promise<Page<CommentRecord>> {
  const messages = query.deleted ? [] : await FirstMessage.loadFirstMessages(ticket);
  const { rows, meta } = await listRecords(Comments, {
    ...query,
    parent: ticket.id,
    mergedIds: ticket.merged_ids,
    derivedRows: FirstMessage.toListRows(messages),
  });
  const whole = new Map(messages.map((message) => [message.id, message]));
  const include = (row: CommentRecord): CommentRecord => {
    const message = whole.get(row.id);
    return message ? Comments.toRow(message, query.include) : row;
  };
  return new Page(rows.map(include), meta);
}

export * as Comment from "./comment.ts";
