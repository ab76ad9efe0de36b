import * as z from "zod";
import { type Recipient, recipientsOf, type Unreached } from "../../invitation/recipients.ts";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { conflict, invalid, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, timeOf } from "../../kernel/id.ts";
import { language } from "../../kernel/language.ts";
import { id, instant, master, oneOf, query, text } from "../../kernel/schema.ts";
import { Master } from "../../masters/master.ts";
import { TICKET_CATEGORIES } from "../../masters/shared.masters.ts";
import { list as listRecords, listSchema, queryOf } from "../../storage/read/list.ts";
import { type BaseRecord, rowOf } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { Moved, retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { TEAM, USER } from "../../user/user.domain.ts";
import { TICKET_SURVEY } from "../ticket.domain.ts";
import { type TicketRecord, Tickets } from "../ticket.entity.ts";
import { Stored, type SurveyRecord, Surveys } from "./survey.entity.ts";
import { endOf, surveyStatuses } from "./survey.rules.ts";

/** How requesters of tickets liked what was done for them (docs/surveys.md; seed 001, satisfaction surveys). */

export const Info = Stored.omit({ sent_version: true });
export const Row = rowOf(Stored, Surveys.definition.row);

const filters = {
  agent: id(USER).optional(),
  team: id(TEAM).optional(),
  category: master(TICKET_CATEGORIES).optional(),
  rating: query.int(1, 5).optional(),
  status: oneOf(surveyStatuses).optional(),
  from: instant().optional().describe("Of tickets that were opened then or later"),
  to: instant().optional().describe("Of tickets that were opened then or earlier"),
};

const Query = listSchema(Surveys, filters);

export const list = fn(Query, async ({ from, to, ...input }) => {
  if (from && to && to < from) throw invalid("to", "Before from");
  const known = await Master.resolveAll(Query.shape, input, input);
  return listRecords(Surveys, { ...queryOf(Surveys, known), between: from || to ? { from, to } : undefined });
});

const One = z.strictObject({ id: text(64) });

export const get = fn(One, ({ id: wanted }) => Records.read(Surveys, wanted));

/** That of a ticket; NOT_FOUND where none was ever planned. */
export const ofTicket = fn(One, async ({ id: wanted }) => {
  const ticket = await Records.read(Tickets, wanted);
  const survey = await find(ticket.id);
  if (!survey) throw notFound();
  return survey;
});

// --- What its verbs, clocks and listeners share ---

/** Of each ticket one: so it is found without an index, and of two who make it at the same moment one begins anew. */
export const idOf = (ticket: string): string => derivedId(TICKET_SURVEY, timeOf(ticket), ticket);

export const find = (ticket: string): Promise<SurveyRecord | undefined> => Records.load(Surveys, idOf(ticket), { live: true });

const unanswered = { rating: null, comments: null, nps: null, answered_at: null, answered_day: null };
const unsent = { sent_at: null, reminded_at: null, expires_at: null, sent_version: 0, language: null, cancelled_because: null };

/** What a survey says, without what every record has. */
export type Plan = Omit<SurveyRecord, keyof BaseRecord>;

/** The survey of a ticket that is resolved and has a requester, before anything was sent. */
export function planned(ticket: TicketRecord, personal_key_id: string, resolved_at: string, send_at: string): Plan {
  const { id: ticket_id, ticket_number, assigned_to_id, team_id = null, category_id = null } = ticket;
  const about = { ticket_id, ticket_number, personal_key_id, agent_id: assigned_to_id, team_id, category_id };
  return { ...unanswered, ...unsent, ...about, status: "SCHEDULED", resolved_at, send_at };
}

/** Joins a transaction: the first survey of a ticket, or what it is from now on. */
export function write(tx: Transaction, before: SurveyRecord | undefined, next: Plan): SurveyRecord {
  if (before) {
    const after = Records.nextVersion(before, { ...before, ...next });
    tx.replace(Surveys, before, after);
    return after;
  }
  const survey = Records.born(Surveys, next, { id: idOf(next.ticket_id) });
  tx.create(Surveys, survey, () => new Moved(`The survey of ${next.ticket_id} was made a moment ago`));
  return survey;
}

/** As it is once its mail is under way; the record of that has the version `version`. */
export function sent(survey: Plan, version: number): Plan {
  const now = Clock.now();
  const expires_at = endOf(now, useSettings().timezone);
  return { ...survey, status: "SENT", cancelled_because: null, sent_at: now, expires_at, sent_version: version };
}

/** How the requester is reached, or why not. */
export const reached = async (person: string): Promise<Recipient | Unreached> =>
  (await recipientsOf([person])).get(person) ?? "NO_ADDRESS";

// --- By hand ---

export const send = fn(
  One.extend({ language: language().nullish().describe("Of mail and page; that of the letterhead unless told otherwise") }),
  ({ id: wanted, language: chosen = null }) =>
    retryOnConflict(async () => {
      const ticket = await Records.read(Tickets, wanted);
      const before = await find(ticket.id);
      const { personal_key_id, resolved_at } = requireAskable(ticket, before);
      const to = await reached(personal_key_id);
      if (typeof to === "string") throw unreached[to];
      const now = Clock.now();
      const plan = { ...planned(ticket, personal_key_id, resolved_at, now), language: chosen };
      const tx = transaction().unchanged(ticket);
      return tx.commit(write(tx, before, sent(plan, (before?.version ?? 0) + 1)));
    }),
);

/** Once for each resolution, and no more once it was answered. */
function requireAskable({ status, is_resolved, resolved_at, personal_key_id }: TicketRecord, survey: SurveyRecord | undefined) {
  if (!is_resolved || resolved_at === null)
    throw conflict(`A ticket that is ${status} is asked about once it is resolved`, [{ field: "status", message: status }]);
  if (survey?.status === "ANSWERED") throw conflict("The requester has answered", [{ field: "id", message: "ANSWERED" }]);
  if (survey?.sent_at && survey.resolved_at === resolved_at)
    throw conflict(`It was sent at ${survey.sent_at}`, [{ field: "id", message: survey.status }]);
  if (personal_key_id === null) throw unreached.NO_ADDRESS;
  return { personal_key_id, resolved_at };
}

const unreached = {
  NO_ADDRESS: ruleViolation("The requester cannot be asked by mail", [
    { field: "personal_key_id", message: "There is no requester with an email: add one" },
  ]),
  REFUSED: ruleViolation("The requester cannot be asked by mail", [
    { field: "personal_key_id", message: "They refuse mails: ask them in another way" },
  ]),
};

export * as Survey from "./survey.ts";
