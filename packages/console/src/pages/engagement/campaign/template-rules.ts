import { parseDate } from "@internationalized/date";

/** What a template fills into a campaign that starts on a day. The server does the same (core/engagement/campaign/campaign-template.ts). */

const shiftDay = (day: string, days: number): string => parseDate(day).add({ days }).toString();

/** Returns the last day of a campaign of so many days. */
export const findEnd = (start: string, days: number | null | undefined): string | undefined =>
  days ? shiftDay(start, days - 1) : undefined;

export interface TemplateActivity {
  readonly name: string;
  readonly offset_days: number;
}

/** Returns the activities with their days, the earliest first. */
export const planActivities = <A extends TemplateActivity>(activities: readonly A[], start: string): (A & { day: string })[] =>
  activities
    .map((activity) => ({ ...activity, day: shiftDay(start, activity.offset_days) }))
    .sort((left, right) => left.offset_days - right.offset_days);
