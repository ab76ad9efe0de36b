import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { conflict, invalid, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { language } from "../../kernel/language.ts";
import { IdInput, id, instant, master, oneOf, query } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { TICKET_CATEGORIES } from "../../platform/master-data/shared.masters.ts";
import { TEAM, USER } from "../../platform/user/user.kind.ts";
import { type Recipient, resolveRecipients, type UnreachedReason } from "../../scheduling/invitation/recipients.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { type BaseRecord, rowSchema } from "../../storage/table/collection.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { type TicketRecord, Tickets } from "../ticket/ticket.entity.ts";
import { TICKET_SURVEY } from "../ticket/ticket.kind.ts";
import { Stored, type SurveyRecord, Surveys } from "./survey.entity.ts";
import { computeExpiry, surveyStatuses } from "./survey.rules.ts";

/** Satisfaction surveys: requesters rate how their tickets were handled (docs/service/surveys.md). */

export const Info = Stored.omit({ sent_version: true });
export const Row = rowSchema(Stored, Surveys.definition.row);

const filters = {
  agent: id(USER).optional(),
  team: id(TEAM).optional(),
  category: master(TICKET_CATEGORIES).optional(),
  rating: query.int(1, 5).optional(),
  status: oneOf(surveyStatuses).optional(),
  from: instant().optional().describe("Only surveys of tickets opened at or after this time"),
  to: instant({ day: "last" }).optional().describe("Only surveys of tickets opened at or before this time"),
};

const Query = listSchema(Surveys, filters);

export const list = fn(Query, async ({ from, to, ...input }) => {
  if (from && to && to < from) throw invalid("to", "Must not be before from");
  const resolvedInput = await Master.resolveAll(Query.shape, input, input);
  return listRecords(Surveys, { ...buildListQuery(Surveys, resolvedInput), timeRange: from || to ? { from, to } : undefined });
});

export const get = fn(IdInput, ({ id: surveyId }) => Records.read(Surveys, surveyId));

/** Returns the survey of a ticket. Throws NOT_FOUND if none was ever scheduled. */
export const readByTicket = fn(IdInput, async ({ id: ticketId }) => {
  const ticket = await Records.read(Tickets, ticketId);
  const survey = await find(ticket.id);
  if (!survey) throw notFound();
  return survey;
});

// --- Shared by operations, clocks and listeners ---

/** The survey's id is derived from the ticket, so no index is needed, and of two parallel creations one conflicts and retries. */
export const surveyId = (ticket: string): string => derivedId(TICKET_SURVEY, idTime(ticket), ticket);

export const find = (ticket: string): Promise<SurveyRecord | undefined> =>
  Records.load(Surveys, surveyId(ticket), { live: true });

const emptyAnswer = { rating: null, comments: null, nps: null, answered_at: null, answered_day: null };
const initialSending = {
  sent_at: null,
  reminded_at: null,
  expires_at: null,
  sent_version: 0,
  language: null,
  cancelled_because: null,
};

/** The fields of a survey, without those of every record. */
export type Plan = Omit<SurveyRecord, keyof BaseRecord>;

/** Builds the survey of a resolved ticket with a requester, before it is sent. */
export function buildPlan(ticket: TicketRecord, personal_key_id: string, resolved_at: string, send_at: string): Plan {
  const { id: ticket_id, ticket_number, assigned_to_id, team_id = null, category_id = null } = ticket;
  const ticketFields = { ticket_id, ticket_number, personal_key_id, agent_id: assigned_to_id, team_id, category_id };
  return { ...emptyAnswer, ...initialSending, ...ticketFields, status: "SCHEDULED", resolved_at, send_at };
}

/** Adds the survey to a transaction: creates it, or replaces the current one. */
export function write(tx: Transaction, before: SurveyRecord | undefined, next: Plan): SurveyRecord {
  if (before) {
    const after = Records.nextVersion(before, { ...before, ...next });
    tx.replace(Surveys, before, after);
    return after;
  }
  const survey = Records.init(Surveys, next, { id: surveyId(next.ticket_id) });
  tx.create(Surveys, survey, () => new WriteConflict(`The survey of ${next.ticket_id} was created at the same time`));
  return survey;
}

/** Marks a survey as sent. `version` is the version of the record that this change writes. */
export function markSent(survey: Plan, version: number): Plan {
  const now = Clock.now();
  const expires_at = computeExpiry(now, useSettings().timezone);
  return { ...survey, status: "SENT", cancelled_because: null, sent_at: now, expires_at, sent_version: version };
}

/** Returns the requester's mail recipient, or why there is none. */
export const resolveRecipient = async (person: string): Promise<Recipient | UnreachedReason> =>
  (await resolveRecipients([person])).get(person) ?? "NO_ADDRESS";

// --- Sending by a user ---

export const send = fn(
  IdInput.extend({
    language: language().nullish().describe("Language of the email and the page. If empty, that of the letterhead"),
  }),
  ({ id: ticketId, language: requestedLanguage = null }) =>
    retryOnConflict(async () => {
      const ticket = await Records.read(Tickets, ticketId);
      const before = await find(ticket.id);
      const { personal_key_id, resolved_at } = requireAskable(ticket, before);
      const to = await resolveRecipient(personal_key_id);
      if (typeof to === "string") throw unreachedErrors[to];
      const now = Clock.now();
      const plan = { ...buildPlan(ticket, personal_key_id, resolved_at, now), language: requestedLanguage };
      const tx = transaction().requireUnchanged(ticket);
      return tx.commit(write(tx, before, markSent(plan, (before?.version ?? 0) + 1)));
    }),
);

/** Requires that the survey can be sent: once for each resolution, and never after an answer. */
function requireAskable({ status, is_resolved, resolved_at, personal_key_id }: TicketRecord, survey: SurveyRecord | undefined) {
  if (!is_resolved || resolved_at === null)
    throw conflict(`The ticket is ${status}; a survey can be sent only after it is resolved`, [
      { field: "status", message: status },
    ]);
  if (survey?.status === "ANSWERED") throw conflict("The requester has already answered", [{ field: "id", message: "ANSWERED" }]);
  if (survey?.sent_at && survey.resolved_at === resolved_at)
    throw conflict(`The survey was already sent at ${survey.sent_at}`, [{ field: "id", message: survey.status }]);
  if (personal_key_id === null) throw unreachedErrors.NO_ADDRESS;
  return { personal_key_id, resolved_at };
}

const unreachedErrors = {
  NO_ADDRESS: ruleViolation("The requester cannot be surveyed by email", [
    { field: "personal_key_id", message: "The ticket has no requester with an email address: add one" },
  ]),
  REFUSED: ruleViolation("The requester cannot be surveyed by email", [
    { field: "personal_key_id", message: "The requester refuses emails: ask in another way" },
  ]),
};

export * as Survey from "./survey.ts";
