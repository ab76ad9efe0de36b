import { RateLimit } from "../../auth/rate-limit.ts";
import { asTenant } from "../../auth/session.ts";
import { Clock } from "../../kernel/clock.ts";
import { useRequest, useTenant } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { Person } from "../../person/person.ts";
import { linkToken, readLinkToken, visiting, visitor } from "../../sign-in/visitor.ts";
import { isSame, keyFor, mac } from "../../storage/vault/secret.ts";
import { Records } from "../../storage/write/records.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { TICKET_SURVEY } from "../ticket.domain.ts";
import { type TicketRecord, Tickets } from "../ticket.entity.ts";
import { type SurveyRecord, Surveys } from "./survey.entity.ts";
import { isOpen, languageIn } from "./survey.rules.ts";

/** How a requester comes in: by the private link of a mail, a keyed hash of tenant and survey. Nothing secret is stored. */

export const tokenOf = async (survey: string): Promise<string> => linkToken(survey, await signed(survey));

const signed = async (survey: string): Promise<string> => mac(await keyFor("survey"), useTenant(), survey);

/** What a link leads to. */
export interface Held {
  survey: SurveyRecord;
  ticket: TicketRecord;
}

export interface Opened extends Held {
  token: string;
  /** What the tenant is called. */
  organisation: string;
}

/** Requests a minute: of one address, and of everybody together. */
const LIMITS = [60, 600] as const;
/** Answers in a minute from one address. */
const MOST_ANSWERS = 10;

/** Does `work` for what can be answered by a token; NOT_FOUND for any other, whyever it is not good. */
export async function through<T>(token: string, work: (open: Opened) => Promise<T>): Promise<T> {
  const named = readLinkToken(token, TICKET_SURVEY);
  if (!named) throw notFound();
  return asTenant(named.tenant, async () => {
    if (!isSame(await signed(named.id), named.signature)) throw notFound();
    const [held, tenant] = await Promise.all([holding(named.id), Tenant.get({})]);
    useRequest().language = languageIn(held.survey, tenant.settings);
    const visit = { actor: `survey:${named.id}`, counted: named.id, limits: LIMITS };
    return visiting(tenant, visit, () => work({ ...held, token, organisation: tenant.name }));
  });
}

/** As they are now: NOT_FOUND once it is over, its ticket was deleted or merged, or the person is no more. */
export async function holding(id: string): Promise<Held> {
  const survey = await Records.load(Surveys, id, { live: true });
  if (!survey || !isOpen(survey, Clock.now())) throw notFound();
  const [ticket, person] = await Promise.all([
    Records.leadingTo(Tickets, survey.ticket_id),
    Person.living(survey.personal_key_id),
  ]);
  if (ticket?.id !== survey.ticket_id || ticket.deleted_at || !person || person.deleted_at) throw notFound();
  return { survey, ticket };
}

export const takeAnswer = async ({ survey }: Held): Promise<unknown> =>
  RateLimit.take(`${survey.id}.answer.${visitor()}`, MOST_ANSWERS);
