import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Tickets } from "../ticket/ticket.entity.ts";
import { WriteEffects } from "../ticket/write-effects.ts";
import { limitAnswers, requireOpenSurvey, type SurveyVisit, withLink } from "./resolve-token.ts";
import { answerFields, type SurveyRecord, Surveys } from "./survey.entity.ts";
import { toLastDay } from "./survey.rules.ts";

/** The page behind a survey link: the requester reads the questions and answers them. */

export interface SurveyPageContent {
  token: string;
  language: string;
  organisation: string;
  ticket_number: string;
  subject: string;
  asks_nps: boolean;
  rating: number | null;
  comments: string | null;
  nps: number | null;
  /** The last day on which the survey can be answered, inclusive. */
  until: string;
}

const token = text(200);

/** Returns what the page of the link shows. Opening the link changes nothing. */
export const render = fn(z.object({ token }), ({ token: linkToken }) => withLink(linkToken, async (open) => presentSurvey(open)));

function presentSurvey({ token: surveyToken, survey, ticket, language, organisation }: SurveyVisit): SurveyPageContent {
  const settings = useSettings();
  const { ticket_number, rating, comments, nps, expires_at } = survey;
  return {
    ...{ token: surveyToken, organisation, ticket_number, subject: ticket.subject, rating, comments, nps },
    language,
    asks_nps: settings.survey_asks_nps,
    until: toLastDay(expires_at ?? Clock.now(), settings.timezone),
  };
}

/**
 * Saves the answer on the survey and the rating on the ticket, in one transaction. Another answer replaces it; the same answer writes nothing.
 */
export const answer = fn(z.object({ token, ...answerFields }), ({ token: linkToken, ...input }) =>
  withLink(linkToken, async (open): Promise<SurveyPageContent> => {
    await limitAnswers(open);
    const survey = await retryOnConflict(async () => {
      const { survey: before, ticket } = await requireOpenSurvey(open.survey.id);
      const after = withAnswer(before, input);
      if (isSameAnswer(before, after)) return before;
      const tx = transaction();
      const next = Records.nextVersion(before, after);
      const rated = { ...ticket, satisfaction_rating: after.rating, satisfaction_comments: after.comments };
      tx.replace(Surveys, before, next);
      tx.replace(
        Tickets,
        ticket,
        Tickets.applyComputed(Records.nextVersion(ticket, await WriteEffects.apply(tx, ticket, rated))),
      );
      return tx.commit(next);
    });
    return presentSurvey({ ...open, survey });
  }),
);

type SurveyAnswer = Pick<z.output<z.ZodObject<typeof answerFields>>, "rating" | "comments" | "nps">;

/** If the NPS question is switched off, an earlier NPS answer stays. */
const withAnswer = (survey: SurveyRecord, { rating, comments = null, nps = null }: SurveyAnswer): SurveyRecord => ({
  ...survey,
  ...{ status: "ANSWERED", rating, comments, nps: useSettings().survey_asks_nps ? nps : survey.nps },
  ...{ answered_at: Clock.now(), answered_day: today() },
});

const isSameAnswer = (a: SurveyRecord, b: SurveyRecord): boolean =>
  a.rating === b.rating && a.comments === b.comments && a.nps === b.nps;

export * as SurveyPage from "./page.ts";
