import { today } from "@internationalized/date";

/** Fields of new records that are usually the day of their creation, by kind. */
const todayFields: Readonly<Record<string, readonly string[]>> = { campaign: ["start_date"] };

/** Returns what the form of a new record begins with, beside the defaults of the API. */
export const listFirstValues = (kind: string, timeZone: string): Record<string, string> =>
  Object.fromEntries((todayFields[kind] ?? []).map((name) => [name, today(timeZone).toString()]));
