import { Clock } from "../../kernel/clock.ts";
import { useRequest, useTenant } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { resolveVisitorLanguage } from "../../kernel/request-language.ts";
import { Person } from "../../people/person/person.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { runAsTenant } from "../../platform/auth/session.ts";
import { buildLinkToken, parseLinkToken, runAsVisitor, visitorHash } from "../../platform/sign-in/visitor.ts";
import { Tenant } from "../../platform/tenant/tenant.ts";
import { computeMac, isMac, keyFor, keysFor } from "../../storage/vault/secret.ts";
import { Records } from "../../storage/write/records.ts";
import { type TicketRecord, Tickets } from "../ticket/ticket.entity.ts";
import { TICKET_SURVEY } from "../ticket/ticket.kind.ts";
import { type SurveyRecord, Surveys } from "./survey.entity.ts";
import { isOpen } from "./survey.rules.ts";

/** Builds the token of a survey link: a keyed hash of the tenant and the survey. No secret is stored. */

export const buildToken = async (survey: string): Promise<string> =>
  buildLinkToken(survey, computeMac(await keyFor("links", "survey"), useTenant(), survey));

/** The survey and the ticket behind a link. */
export interface OpenSurvey {
  survey: SurveyRecord;
  ticket: TicketRecord;
}

export interface SurveyVisit extends OpenSurvey {
  token: string;
  /** The language of the page. */
  language: string;
  /** The name of the tenant. */
  organisation: string;
}

/** Requests per minute: from one address, and in total. */
const LIMITS = [60, 600] as const;
/** Answers per minute from one address. */
const MAX_ANSWERS_PER_MINUTE = 10;

/** Runs `work` for a survey that can be answered by this token. Throws NOT_FOUND for every other token, for any reason. */
export async function withLink<T>(token: string, work: (open: SurveyVisit) => Promise<T>): Promise<T> {
  const link = parseLinkToken(token, TICKET_SURVEY);
  if (!link) throw notFound();
  return runAsTenant(link.tenant, async () => {
    if (!isMac(link.signature, await keysFor("links", "survey"), useTenant(), link.id)) throw notFound();
    const [openSurvey, tenant] = await Promise.all([requireOpenSurvey(link.id), Tenant.get({})]);
    const language = resolveVisitorLanguage(openSurvey.survey.language, tenant.settings.letterhead.language);
    useRequest().language = language;
    const visit = { authority: "survey_link", actor: `survey:${link.id}`, rateLimitKey: link.id, limits: LIMITS };
    return runAsVisitor(tenant, visit, () => work({ ...openSurvey, token, language, organisation: tenant.name }));
  });
}

/**
 * Reads the survey and its ticket. Throws NOT_FOUND if the survey is closed, the ticket was deleted or merged, or the person no longer exists.
 */
export async function requireOpenSurvey(id: string): Promise<OpenSurvey> {
  const survey = await Records.load(Surveys, id, { live: true });
  if (!survey || !isOpen(survey, Clock.now())) throw notFound();
  const [ticket, person] = await Promise.all([
    Records.resolveMerged(Tickets, survey.ticket_id),
    Person.resolveMerged(survey.personal_key_id),
  ]);
  if (ticket?.id !== survey.ticket_id || ticket.deleted_at || !person || person.deleted_at) throw notFound();
  return { survey, ticket };
}

export const limitAnswers = async ({ survey }: OpenSurvey): Promise<unknown> =>
  RateLimit.take(`${survey.id}.answer.${visitorHash()}`, MAX_ANSWERS_PER_MINUTE);
