import * as z from "zod";
import { usePorts, useSettings } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { query, text } from "../../kernel/schema.ts";
import { loadActiveRule } from "../../platform/rule/active-rule.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { Article } from "../knowledge/article.ts";
import { ArticleSearch } from "../knowledge/search.ts";
import { Comments } from "../ticket/comment.entity.ts";
import { Comment } from "../ticket/comment.ts";
import { type TicketRecord, Tickets } from "../ticket/ticket.entity.ts";
import { TICKET_COMMENT } from "../ticket/ticket.kind.ts";
import { Ticket } from "../ticket/ticket.ts";
import { TicketAnswer } from "./first-answer.rule-kind.ts";
import { translationsFor } from "./mail-i18n.ts";

/** Articles that may answer a ticket: suggestions for its agent, and automatic first answers for the requester. */

/** Number of characters of a ticket that are used for the search. */
const MAX_TEXT_LENGTH = 20_000;

const toSearchText = ({ subject, description }: TicketRecord): string =>
  `${subject}\n${description}`.slice(0, MAX_TEXT_LENGTH).toWellFormed();

export const Suggestions = ArticleSearch.Hits;

export const suggest = fn(
  z.strictObject({
    id: text(64),
    limit: query.int(1, 20).optional().describe("Default: 5"),
    is_public: query.boolean().optional().describe("true: only articles that the requester may read"),
  }),
  async ({ id, limit = 5, is_public = false }) =>
    ArticleSearch.findHits({ text: toSearchText(await Ticket.read(id)), isPublic: is_public, limit }),
);

/** Handles `ticket.created`. A repeated event has no effect, because the comment's id is derived from the ticket's id. */
export const onTicketCreated = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.runWithSettings(() => retryOnConflict(() => answerTicket(record_id)));

async function answerTicket(id: string): Promise<void> {
  const { definition, ...rule } = await loadActiveRule(TicketAnswer);
  if (!definition.is_on) return;
  const ticket = await Records.load(Tickets, id, { live: true });
  if (!ticket?.channel || ticket.is_answered || ticket.is_resolved || !definition.channels.includes(ticket.channel)) return;
  if (ticket.mail?.is_answerable === false) return;
  const answerId = derivedId(TICKET_COMMENT, idTime(id), `${id}/answer`);
  if (await Records.load(Comments, answerId)) return;
  const [hit] = await ArticleSearch.findHits({ text: toSearchText(ticket), isPublic: true, limit: 1 });
  if (!hit || hit.score < definition.least_score) return;
  const explanation = {
    rule_id: rule.id,
    rule_number: rule.number,
    article_id: hit.id,
    score: hit.score,
    matched: hit.matched.map(({ word }) => word),
  };
  const commentInput = {
    body: await buildBody(hit.id),
    from: "SYSTEM",
    is_public: true,
    is_automatic: true,
    explanation,
  } as const;
  const comment = Comment.build(ticket, commentInput, { id: answerId });
  const tx = transaction();
  await Comment.applyToTicket(tx, ticket, comment);
  await tx.create(Comments, comment, () => new WriteConflict("The ticket was answered at the same time")).commit(undefined);
}

/** Number of characters of an article that the answer contains; the rest is cut. */
const MAX_BODY_LENGTH = 10_000;

async function buildBody(id: string): Promise<string> {
  const { letterhead, knowledge_is_public } = useSettings();
  const words = translationsFor(letterhead.language);
  const { title, body } = await Article.get({ id });
  const cut = body.length > MAX_BODY_LENGTH ? `${body.slice(0, MAX_BODY_LENGTH).toWellFormed()} …` : body;
  const link = knowledge_is_public ? [`${usePorts().origin}/kb/${(await Tenant.get({})).slug}/${id}`] : [];
  return [words.found, title, cut, ...link, words.otherwise].join("\n\n");
}

export * as FirstAnswer from "./first-answer.ts";
