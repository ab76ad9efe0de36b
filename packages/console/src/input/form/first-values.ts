import { today } from "@internationalized/date";
import type { Translate } from "../../ui/i18n/use-text.ts";
import { listStarterQuestions } from "./starter-questions.ts";

/** Fields of new records that are usually the day of their creation, by kind. */
const todayFields: Readonly<Record<string, readonly string[]>> = { campaign: ["start_date"] };

/** What new records of a kind begin with, if the API has no default that people would choose. */
const startValues: Readonly<Record<string, (t: Translate) => Readonly<Record<string, unknown>>>> = {
  form: (t) => ({ makes_lead: true, questions: listStarterQuestions(t) }),
};

/** Returns what the form of a new record begins with, beside the defaults of the API. */
export const listFirstValues = (kind: string, timeZone: string, t: Translate): Record<string, unknown> => ({
  ...Object.fromEntries((todayFields[kind] ?? []).map((name) => [name, today(timeZone).toString()])),
  ...startValues[kind]?.(t),
});
