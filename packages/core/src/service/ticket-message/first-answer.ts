import * as z from "zod";
import { usePorts, useSettings } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { id as idSchema, query, text } from "../../kernel/schema.ts";
import { findPublishedRule, loadActiveRule } from "../../platform/rule/active-rule.ts";
import { RULE } from "../../platform/rule/rule.kind.ts";
import type { ActiveRule } from "../../platform/rule/rule-kind.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { Article } from "../knowledge/article.ts";
import { ArticleSearch } from "../knowledge/search.ts";
import { Comments } from "../ticket/comment.entity.ts";
import { Comment } from "../ticket/comment.ts";
import type { TicketRecord } from "../ticket/ticket.entity.ts";
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

const AnswerInput = z.strictObject({
  id: text(64),
  least_score: z
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe("Minimum score of the article. Default: that of the rule ticket_answer"),
  rule_id: idSchema(RULE)
    .optional()
    .describe("The version of the rule ticket_answer that asks for it. Default: the one in force"),
});

export const AnswerResult = z.object({
  id: idSchema(TICKET_COMMENT).nullable().describe("The comment with the answer; null if there is none"),
  reason: z.string().nullable().describe("Why the ticket was not answered"),
});
type AnswerResult = z.output<typeof AnswerResult>;

const refuse = (reason: string): AnswerResult => ({ id: null, reason });

/** Answers the requester of a ticket with the best matching public article, once for each ticket. The answer is marked as automatic. */
export const answer = fn(AnswerInput, ({ id, least_score, rule_id }) =>
  retryOnConflict(async (): Promise<AnswerResult> => {
    const ticket = await Ticket.read(id);
    const rule = await loadAnswerRule(rule_id);
    if (ticket.is_answered || ticket.is_resolved) return refuse("The ticket is answered or resolved");
    if (ticket.mail?.is_answerable === false) return refuse("The mail must not be answered automatically");
    const answerId = derivedId(TICKET_COMMENT, idTime(id), `${id}/answer`);
    if (await Records.load(Comments, answerId)) return refuse("The ticket was answered with an article already");
    const [hit] = await ArticleSearch.findHits({ text: toSearchText(ticket), isPublic: true, limit: 1 });
    if (!hit || hit.score < (least_score ?? rule.definition.least_score)) return refuse("No public article matches well enough");
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
    tx.create(Comments, comment, () => new WriteConflict("The ticket was answered at the same time"));
    return tx.commit({ id: comment.id, reason: null });
  }),
);

async function loadAnswerRule(id: string | undefined): Promise<ActiveRule<z.output<typeof TicketAnswer.schema>>> {
  const rule = id === undefined ? await loadActiveRule(TicketAnswer) : await findPublishedRule(TicketAnswer, id);
  if (!rule) throw invalid("rule_id", "No published version of the rule ticket_answer has this id");
  return rule;
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
