import type { Client } from "@crm/functions/derive/client.ts";
import { type DemoContext, fetchOk } from "./context.ts";

/** Tickets of the year whose requesters got a survey, so that the satisfaction has a history. */

export interface SurveyedTicket {
  readonly subject: string;
  /** The code of a category of tickets. */
  readonly category: string;
  readonly requester: { readonly name: string; readonly email: string };
  readonly daysAgo: number;
  /** The index of the agent in `staff`. */
  readonly agent: number;
  readonly language: string;
  /** Without it, the requester did not answer. */
  readonly answer?: SurveyAnswer;
}

interface SurveyAnswer {
  readonly rating: 1 | 2 | 3 | 4 | 5;
  readonly nps: number;
  readonly comments: string;
}

/** Requesters answer after so many days. The mail with the link is then in the mailbox. */
export const DAYS_TO_ANSWER = 4;

const [THEA, OMAR] = [0, 9];

const surveyed = (
  [subject, category, name]: readonly [subject: string, category: string, name: string],
  daysAgo: number,
  answer?: readonly [rating: SurveyAnswer["rating"], nps: number, comments?: string],
  { agent = OMAR, language = "en" }: { agent?: number; language?: string } = {},
): SurveyedTicket => ({
  ...{ subject, category, daysAgo, agent, language },
  requester: { name, email: `${name.toLowerCase().replace(" ", ".")}@support.example` },
  ...(answer ? { answer: { rating: answer[0], nps: answer[1], comments: answer[2] ?? "" } } : {}),
});

/** A small demo has the first ones only. */
export const surveyedTickets: readonly SurveyedTicket[] = [
  surveyed(["Proof of cover for the harbour master", "other", "Edda Falk"], 9, [5, 10, "The proof was here within an hour."]),
  surveyed(["Invoice without our order number", "billing", "Marek Dolny"], 21, [2, 3, "I had to ask three times."]),
  surveyed(["Password of the portal", "account", "Lucie Perrin"], 34, [4, 8, "Rapide et aimable."], { language: "fr" }),
  surveyed(["Does the cover include trailers?", "product_question", "Owen Brand"], 40),
  surveyed(["Address of the company has changed", "account", "Tova Lind"], 52, [5, 9]),
  surveyed(["Two policies for one truck", "billing", "Rafael Costa"], 67, [4, 8], { agent: THEA }),
  surveyed(["The claim form does not open", "technical_issue", "Jule Anders"], 78, [3, 6, "Am Telefon ging es dann."], {
    language: "de",
  }),
  surveyed(["Which deductible do we have?", "product_question", "Hana Soto"], 95, [5, 10, "Omar explained it very well."]),
  surveyed(["Claim is open since March", "complaint", "Peter Grant"], 110, [1, 0, "We were never called back."]),
  surveyed(["Photos cannot be uploaded", "technical_issue", "Nina Roos"], 124, [4, 9]),
  surveyed(["Copy of last year's contract", "other", "Ivan Petrov"], 140),
  surveyed(["Cover for a borrowed boat", "product_question", "Clara Weiss"], 158, [5, 10, "Danke, so einfach!"], {
    language: "de",
  }),
  surveyed(["Reminder in spite of payment", "billing", "Amir Sadiq"], 176, [3, 7], { agent: THEA }),
  surveyed(["The app signs us out", "technical_issue", "Greta Holm"], 201, [4, 7]),
  surveyed(["Second user for the portal", "account", "Louis Blanc"], 230, [5, 9]),
  surveyed(["Direct debit failed", "billing", "Sara Neri"], 262),
  surveyed(["Confirmation in English", "other", "Jack Turner"], 290, [4, 8]),
  surveyed(["Cover abroad", "product_question", "Elin Strand"], 318, [5, 10, "Quick and friendly."], { agent: THEA }),
];

/** Creates the ticket, resolves it and sends its survey. Returns the id of the ticket. */
export async function resolveWithSurvey(crm: Client, agent: string, ticket: SurveyedTicket): Promise<string> {
  const { subject, category, requester, language } = ticket;
  const { data } = await crm.createTicket({
    ...{ subject, description: subject, ticket_type: "QUESTION", channel: "EMAIL", category_id: category },
    ...{ requester, assigned_to_id: agent },
  });
  await crm.resolveTicket({ id: data.id });
  await crm.sendTicketSurvey({ id: data.id, language });
  return data.id;
}

/** Answers the survey on the page behind the link in its mail. Another run would send the same answer again, which changes nothing. */
export async function answerSurvey(
  mails: readonly { readonly text: string }[],
  { requester: { email }, answer }: SurveyedTicket,
  { url }: Pick<DemoContext, "url">,
): Promise<void> {
  if (!answer) return;
  const link = mails.flatMap(({ text }) => /https?:\/\/\S+\/survey\/\S+/.exec(text) ?? []).at(-1);
  if (link === undefined) throw new Error(`The survey for ${email} was not sent`);
  const body = new URLSearchParams({ ...answer, rating: String(answer.rating), nps: String(answer.nps) });
  await fetchOk(`${url}${new URL(link).pathname}`, { method: "POST", body });
}
