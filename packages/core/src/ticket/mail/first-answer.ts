import * as z from "zod";
import { usePorts, useSettings } from "../../kernel/context.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, timeOf } from "../../kernel/id.ts";
import { query, text } from "../../kernel/schema.ts";
import { Article } from "../../knowledge/article.ts";
import { Find } from "../../knowledge/find.ts";
import { inForce } from "../../rule/in-force.ts";
import { Records } from "../../storage/write/records.ts";
import { Moved, retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { Comments } from "../comment.entity.ts";
import { Comment } from "../comment.ts";
import { TICKET_COMMENT } from "../ticket.domain.ts";
import { type TicketRecord, Tickets } from "../ticket.entity.ts";
import { Ticket } from "../ticket.ts";
import { TicketAnswer } from "./answer.kind.ts";
import { wordsIn } from "./letter.rules.ts";

/** Articles that may answer a ticket: for its agent, and by the rule for the requester. */

/** Characters of a ticket by which articles are looked for. */
const MOST_TEXT = 20_000;

const saidIn = ({ subject, description }: TicketRecord): string =>
  `${subject}\n${description}`.slice(0, MOST_TEXT).toWellFormed();

export const Suggestions = Find.Hits;

export const suggest = fn(
  z.strictObject({
    id: text(64),
    limit: query.int(1, 20).optional().describe("5 unless told otherwise"),
    is_public: query.boolean().optional().describe("Only what the requester may read"),
  }),
  async ({ id, limit = 5, is_public = false }) => Find.found({ text: saidIn(await Ticket.read(id)), isPublic: is_public, limit }),
);

/** At `ticket.created`: once, whatever comes twice, because the comment's id is made of the ticket's. */
export const answer = ({ record_id }: DomainEvent): Promise<void> =>
  Tenant.asConfigured(() => retryOnConflict(() => answered(record_id)));

async function answered(id: string): Promise<void> {
  const { definition, ...rule } = await inForce(TicketAnswer);
  if (!definition.is_on) return;
  const ticket = await Records.load(Tickets, id, { live: true });
  if (!ticket?.channel || ticket.is_answered || ticket.is_resolved || !definition.channels.includes(ticket.channel)) return;
  if (ticket.mail?.is_answerable === false) return;
  const own = derivedId(TICKET_COMMENT, timeOf(id), `${id}/answer`);
  if (await Records.load(Comments, own)) return;
  const [hit] = await Find.found({ text: saidIn(ticket), isPublic: true, limit: 1 });
  if (!hit || hit.score < definition.least_score) return;
  const explanation = {
    rule_id: rule.id,
    rule_number: rule.number,
    article_id: hit.id,
    score: hit.score,
    matched: hit.matched.map(({ word }) => word),
  };
  const said = { body: await bodyOf(hit.id), from: "SYSTEM", is_public: true, is_automatic: true, explanation } as const;
  const comment = Comment.born(ticket, said, { id: own });
  const tx = transaction();
  await Comment.follow(tx, ticket, comment);
  await tx.create(Comments, comment, () => new Moved("It was answered a moment ago")).commit(undefined);
}

/** Characters of an article; what is longer is read where it stands. */
const MOST_BODY = 10_000;

async function bodyOf(id: string): Promise<string> {
  const { letterhead, knowledge_is_public } = useSettings();
  const words = wordsIn(letterhead.language);
  const { title, body } = await Article.get({ id });
  const cut = body.length > MOST_BODY ? `${body.slice(0, MOST_BODY).toWellFormed()} …` : body;
  const link = knowledge_is_public ? [`${usePorts().origin}/kb/${(await Tenant.get({})).slug}/${id}`] : [];
  return [words.found, title, cut, ...link, words.otherwise].join("\n\n");
}

export * as FirstAnswer from "./first-answer.ts";
