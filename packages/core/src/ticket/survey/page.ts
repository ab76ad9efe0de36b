import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useSettings } from "../../kernel/context.ts";
import { today } from "../../kernel/day.ts";
import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { Course } from "../course.ts";
import { Tickets } from "../ticket.entity.ts";
import { holding, type Opened, takeAnswer, through } from "./entrance.ts";
import { asked, type SurveyRecord, Surveys } from "./survey.entity.ts";
import { languageIn, lastDayOf } from "./survey.rules.ts";

/** What a requester does on the page of a link: reads what is asked, and answers it. */

export interface Look {
  token: string;
  language: string;
  organisation: string;
  ticket_number: string;
  subject: string;
  asks_nps: boolean;
  rating: number | null;
  comments: string | null;
  nps: number | null;
  /** The last day on which it can be answered, with which it ends. */
  until: string;
}

const token = text(200);

/** Changes nothing, whoever opens it. */
export const look = fn(z.object({ token }), ({ token: given }) => through(given, async (open) => lookOf(open)));

function lookOf({ token: given, survey, ticket, organisation }: Opened): Look {
  const settings = useSettings();
  const { ticket_number, rating, comments, nps, expires_at } = survey;
  return {
    ...{ token: given, organisation, ticket_number, subject: ticket.subject, rating, comments, nps },
    language: languageIn(survey, settings),
    asks_nps: settings.survey_asks_nps,
    until: lastDayOf(expires_at ?? Clock.now(), settings.timezone),
  };
}

/** The answer, and what the ticket says of it, in one transaction. Another one takes its place; the same one writes nothing. */
export const answer = fn(z.object({ token, ...asked }), ({ token: given, ...said }) =>
  through(given, async (open): Promise<Look> => {
    await takeAnswer(open);
    const survey = await retryOnConflict(async () => {
      const { survey: before, ticket } = await holding(open.survey.id);
      const after = answered(before, said);
      if (isSameAnswer(before, after)) return before;
      const tx = transaction();
      const next = Records.nextVersion(before, after);
      const rated = { ...ticket, satisfaction_rating: after.rating, satisfaction_comments: after.comments };
      tx.replace(Surveys, before, next);
      tx.replace(Tickets, ticket, Tickets.computed(Records.nextVersion(ticket, await Course.follow(tx, ticket, rated))));
      return tx.commit(next);
    });
    return lookOf({ ...open, survey });
  }),
);

type Said = Pick<z.output<z.ZodObject<typeof asked>>, "rating" | "comments" | "nps">;

/** What is not asked is not heard, and not forgotten either. */
const answered = (survey: SurveyRecord, { rating, comments = null, nps = null }: Said): SurveyRecord => ({
  ...survey,
  ...{ status: "ANSWERED", rating, comments, nps: useSettings().survey_asks_nps ? nps : survey.nps },
  ...{ answered_at: Clock.now(), answered_day: today() },
});

const isSameAnswer = (one: SurveyRecord, other: SurveyRecord): boolean =>
  one.rating === other.rating && one.comments === other.comments && one.nps === other.nps;

export * as SurveyPage from "./page.ts";
