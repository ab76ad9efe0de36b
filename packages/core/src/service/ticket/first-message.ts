import { idTime, numberedId } from "../../kernel/id.ts";
import { sha256 } from "../../kernel/sha256.ts";
import type { Row } from "../../storage/table/row.ts";
import { Records } from "../../storage/write/records.ts";
import { buildExcerpt, type CommentRecord, Comments } from "./comment.entity.ts";
import { type TicketRecord, Tickets } from "./ticket.entity.ts";
import { TICKET_COMMENT } from "./ticket.kind.ts";

/**
 * The first message of a ticket is its description. It is not stored again as a comment, and is listed and read as one
 * (docs/service/tickets.md, The conversation).
 */

/** Numbers of first messages. They are the lowest of a millisecond, so that what the system answers in it stands below the question. */
const HASH_DIGITS = 5;

/** Returns the id under which the first message is listed. */
export const firstMessageId = (ticketId: string): string =>
  numberedId(TICKET_COMMENT, idTime(ticketId), Number.parseInt(sha256(`first ${ticketId}`).slice(0, HASH_DIGITS), 16));

/** A ticket that was split off begins with copies of messages, which have its description already. */
const hasFirstMessage = ({ split_from_id }: TicketRecord): boolean => split_from_id === null;

function buildFirstMessage(ticket: TicketRecord): CommentRecord {
  const { id: ticket_id, description, personal_key_id, attachment_ids, created_at, created_by } = ticket;
  return {
    ...{
      id: firstMessageId(ticket_id),
      ticket_id,
      body: description,
      excerpt: buildExcerpt(description),
      from: "REQUESTER",
      is_public: true,
    },
    ...{ person_id: personal_key_id, is_automatic: false, attachment_ids, inbound_mail_id: null, delivery: null },
    ...{ explanation: null, event: null, mentioned_ids: [], copied_from_id: null, version: 1, deleted_at: null },
    ...{ created_at, created_by, updated_at: created_at, updated_by: created_by },
  };
}

/** Returns the first messages of a ticket and of the tickets that were merged into it. */
export async function loadFirstMessages(ticket: TicketRecord): Promise<CommentRecord[]> {
  const merged = ticket.merged_ids.length === 0 ? [] : await Records.loadMany(Tickets, ticket.merged_ids);
  return [ticket, ...merged].flatMap((one) => (one && hasFirstMessage(one) ? [buildFirstMessage(one)] : []));
}

/** Returns the messages as rows of the list of comments. */
export const toListRows = (messages: readonly CommentRecord[]): Row[] =>
  messages.map((message) => ({ key: message.id, row: Comments.serialize(message).row }));

export * as FirstMessage from "./first-message.ts";
