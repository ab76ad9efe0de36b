import * as z from "zod";
import { Customer } from "../../accounts/customer/customer.ts";
import { Clock } from "../../kernel/clock.ts";
import { conflict, type ErrorDetail, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { laterInstant } from "../../kernel/interval.ts";
import { id, text } from "../../kernel/schema.ts";
import { CustomFields } from "../../platform/custom-field/values.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { User } from "../../platform/user/user.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { WriteConflict } from "../../storage/table/conflict.ts";
import { RecordNumbers } from "../../storage/table/record-number.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { type CommentRecord, Comments } from "./comment.entity.ts";
import { Comment } from "./comment.ts";
import { FirstMessage } from "./first-message.ts";
import { requireMergeable, requireUnmerged } from "./merge.rules.ts";
import { TicketMerge } from "./merge.ts";
import { slaDueFor } from "./sla-due.ts";
import { fields, type TicketRecord, Tickets } from "./ticket.entity.ts";
import { TICKET, TICKET_COMMENT } from "./ticket.kind.ts";
import { Ticket } from "./ticket.ts";
import { requireOtherTicket } from "./ticket-lookup.ts";
import { WriteEffects } from "./write-effects.ts";

/** Splits comments off into a ticket of their own (docs/service/tickets.md, Splitting). */

/** Limits of one split: comments, and bytes of their bodies. A split is one transaction, which holds at most 4 MB. */
const MAX_COMMENTS = 50;
const MAX_BYTES = 3_000_000;

const { subject, description, ticket_type, category_id, priority_id, team_id } = fields;

export const Split = z.strictObject({
  id: text(64),
  subject,
  comment_ids: z
    .array(id(TICKET_COMMENT))
    .min(1)
    .max(MAX_COMMENTS)
    .refine((ids) => new Set(ids).size === ids.length, "Must not contain duplicates")
    .describe("Comments of the ticket or of tickets merged into it; copied with their timestamps and authors"),
  description: description.optional().describe("Default: the text of the first comment"),
  ...{ ticket_type, category_id, priority_id, team_id },
  assigned_to_id: id(USER).nullish().describe("Default: the assignee of the ticket"),
  custom_fields: CustomFields.inputSchema("ticket", "whole"),
});

export const split = fn(Split, ({ id: sourceId, comment_ids, assigned_to_id, ...given }) =>
  retryOnConflict(async () => {
    const source = await Ticket.read(sourceId);
    Records.requireVersion(source);
    requireUnmerged(source, source);
    const comments = await loadComments(source, comment_ids);
    const input = {
      ...inheritFields(source),
      description: comments[0]?.body ?? source.description,
      ...given,
      assigned_to_id: await resolveAssignee(source, assigned_to_id),
    };
    const [number = ""] = await RecordNumbers.lease("T");
    const customer = source.customer_id ? await Customer.load(source.customer_id) : undefined;
    const { contact_id, personal_key_id, person_sight } = source;
    const parties = { customer, contact_id, person: undefined, personal_key_id, person_sight };
    const ticket = { ...(await Ticket.buildTicket(input, number, parties, {})), split_from_id: source.id };
    return writeSplit(source, ticket, comments);
  }),
);

const inheritFields = (source: TicketRecord): Omit<Ticket.Input, "subject" | "description"> => {
  const { ticket_type, category_id, given_priority_id, urgency_level_id, channel, customer_id, contact_id, contract_id } = source;
  const { team_id, tags } = source;
  return {
    ticket_type,
    category_id,
    priority_id: given_priority_id,
    urgency_level_id,
    channel,
    customer_id,
    contact_id,
    contract_id,
    team_id,
    tags,
  };
};

/** The source ticket's assignee keeps both tickets, unless they are no longer active. */
async function resolveAssignee(
  { assigned_to_id }: TicketRecord,
  requestedAssignee: string | null | undefined,
): Promise<string | null> {
  if (requestedAssignee !== undefined && requestedAssignee !== assigned_to_id)
    return User.resolveChangedOwner(assigned_to_id, requestedAssignee, ...Ticket.ASSIGN);
  return assigned_to_id !== null && (await Directory.findActive(assigned_to_id)) ? assigned_to_id : null;
}

/** Loads the comments in order of time. Refuses unknown comments, comments that were split off before, and too many bytes. */
async function loadComments(source: TicketRecord, ids: readonly string[]): Promise<CommentRecord[]> {
  const [loadedComments, firstMessages, copies] = await Promise.all([
    Records.loadMany(Comments, ids, { live: true }),
    FirstMessage.loadFirstMessages(source),
    Records.loadMany(Comments, ids.map(copyId), { live: true }),
  ]);
  const tickets = new Set([source.id, ...source.merged_ids]);
  const comments = [
    ...loadedComments.flatMap((comment) => (comment && tickets.has(comment.ticket_id) ? [comment] : [])),
    ...firstMessages.filter(({ id: messageId }) => ids.includes(messageId)),
  ];
  const commentIds = new Set(comments.map((comment) => comment.id));
  const unknown = ids.flatMap((commentId, index): ErrorDetail[] =>
    commentIds.has(commentId) ? [] : [{ field: `comment_ids.${index}`, message: "The ticket has no comment with this id" }],
  );
  if (unknown.length > 0) throw invalidAll(unknown);
  const conflicts = copies.flatMap((copy, index): ErrorDetail[] =>
    copy ? [{ field: `comment_ids.${index}`, message: `Already split off to ${copy.ticket_id}` }] : [],
  );
  if (conflicts.length > 0) throw conflict("Some of the comments were already split off", conflicts);
  const bytes = comments.reduce((sum, { body }) => sum + Buffer.byteLength(JSON.stringify(body)), 0);
  if (bytes > MAX_BYTES)
    throw ruleViolation(`The comments together are larger than ${MAX_BYTES} bytes`, [
      { field: "comment_ids", message: "Split off fewer comments" },
    ]);
  return comments.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The id of the copy is derived from the comment, so a comment cannot be split off twice, even by parallel requests. */
const copyId = (comment: string): string => derivedId(TICKET_COMMENT, idTime(comment), `split ${comment}`);

const copyComment = (ticket: TicketRecord, { id: commentId, created_by, ...comment }: CommentRecord): CommentRecord => {
  const { body, is_public, from, person_id, excerpt, is_automatic, inbound_mail_id, attachment_ids, explanation } = comment;
  const { mentioned_ids } = comment;
  const content = { body, is_public, from, person_id, excerpt, is_automatic, inbound_mail_id, attachment_ids, explanation };
  // The copy is not mailed again.
  return {
    ...Records.init(
      Comments,
      { ...content, mentioned_ids, ticket_id: ticket.id, delivery: null, event: null, copied_from_id: commentId },
      { id: copyId(commentId) },
    ),
    created_by,
    updated_by: created_by,
  };
};

async function writeSplit(source: TicketRecord, ticket: TicketRecord, comments: readonly CommentRecord[]): Promise<TicketRecord> {
  const tx = transaction();
  const sourceNote = Comment.buildEvent(source, "SPLIT_TO", ticket);
  const targetNote = Comment.buildEvent(ticket, "SPLIT_FROM", source);
  // Copies of a split that was undone.
  const formerCopies = await Records.loadMany(
    Comments,
    comments.map((comment) => copyId(comment.id)),
  );
  for (const [index, comment] of comments.entries()) {
    const [copy, formerCopy] = [copyComment(ticket, comment), formerCopies[index]];
    if (formerCopy) tx.replace(Comments, formerCopy, Records.nextVersion(formerCopy, copy));
    else tx.create(Comments, copy, () => new WriteConflict(`${comment.id} was split off at the same time`));
  }
  tx.create(Comments, sourceNote).create(Comments, targetNote);
  await Comment.applyToTicket(tx, source, sourceNote);
  const followed = await WriteEffects.apply(tx, null, { ...ticket, last_comment_at: targetNote.created_at });
  return tx.create(Tickets, followed).commit(followed);
}

/**
 * Undoes a split: the copies are deleted, and the ticket is merged into the one that it was split from, so that messages that came since stay in the
 * conversation.
 */
export const unsplit = fn(
  z.strictObject({ id: text(64), ticket_id: id(TICKET).describe("Ticket that was split off from this one") }),
  ({ id: sourceId, ticket_id }) =>
    Records.change(Tickets, sourceId, async (source, tx) => {
      requireUnmerged(source, source);
      const ticket = await requireOtherTicket(source, ticket_id);
      if (ticket.split_from_id === null || ![source.id, ...source.merged_ids].includes(ticket.split_from_id))
        throw conflict("The ticket was not split off from this one", [{ field: "ticket_id", message: "Not split off" }]);
      requireMergeable(source, ticket);
      const comments = await loadFirstComments(ticket);
      for (const copy of comments.filter(({ copied_from_id }) => copied_from_id !== null))
        tx.replace(Comments, copy, Records.nextVersion(copy, { ...copy, deleted_at: Clock.now() }));
      tx.create(Comments, Comment.buildEvent(source, "UNSPLIT", ticket));
      return TicketMerge.addMerge(tx, source, ticket, findPendingWork(ticket, comments));
    }),
);

/**
 * Returns what a ticket that was split off owes for messages that came since. For the copied ones the first ticket has answered, or its own clocks
 * run.
 */
function findPendingWork(ticket: TicketRecord, comments: readonly CommentRecord[]) {
  const isNew = ({ from, copied_from_id, is_automatic }: CommentRecord): boolean =>
    from === "REQUESTER" && copied_from_id === null && !is_automatic;
  const since = comments.find(isNew)?.created_at;
  const { response, resolution } = slaDueFor(ticket, Clock.now());
  const { awaiting_since } = ticket;
  return {
    awaiting_since: since !== undefined && awaiting_since !== null ? laterInstant(since, awaiting_since) : null,
    owed: {
      response: since !== undefined && response ? { ...response, since: laterInstant(since, response.since) } : null,
      resolution,
    },
  };
}

/** Loads the oldest comments of a ticket that was split off, in order of time. The copies with which it began are the first. */
async function loadFirstComments(ticket: TicketRecord): Promise<CommentRecord[]> {
  const ids = await listKeysAfter(Comments, Comments.childPartitions(ticket.id), {
    ...{ order: "asc", after: undefined, limit: 2 * MAX_COMMENTS },
  });
  const comments = await Records.loadMany(Comments, ids, { live: true });
  return comments.filter((comment) => comment !== undefined);
}

export * as TicketSplit from "./split.ts";
