import { Clock } from "../../kernel/clock.ts";
import type { ErrorDetail } from "../../kernel/error.ts";
import { SupportCalendar } from "../../service/sla/calendar.ts";
import { type Calendar, computeDueTimes } from "../../service/sla/working-time.rules.ts";
import { type Step, toSeconds } from "./definition.ts";

/** Waits in working time, by a calendar of the tenant. */

type WaitStep = Extract<Step, { do: "wait" }>;

/** The calendar that a step names, or else the oldest one of the tenant. */
async function findCalendar({ calendar_id }: Pick<WaitStep, "calendar_id">): Promise<Calendar | undefined> {
  const oldest = calendar_id ?? (await SupportCalendar.findOldestId());
  return oldest === undefined ? undefined : (await SupportCalendar.load([oldest])).get(oldest);
}

/** Returns when so many seconds of working time have passed; for none, when working time is or begins. */
export function findWorkingInstant(calendar: Calendar, from: string, seconds: number): string | undefined {
  const [due] = computeDueTimes(calendar, from, [Math.max(seconds, 1)]);
  if (due === undefined || due === null) return undefined;
  return seconds > 0 ? due : Clock.addSeconds(-1, Date.parse(due));
}

/** Returns when a wait ends; undefined if the tenant has no calendar, or one without working time ahead. */
export async function findWorkingEnd(step: WaitStep, from: string): Promise<string | undefined> {
  const calendar = await findCalendar(step);
  return calendar && findWorkingInstant(calendar, from, step.for === undefined ? 0 : toSeconds(step.for));
}

/** So long a wait may be, in working time. */
const MAX_WORKING_SECONDS = 365 * 24 * 60 * 60;

/** Returns what is wrong with the working time of a wait. */
export async function findWorkingProblems(step: WaitStep): Promise<ErrorDetail[]> {
  if (!step.until_working)
    return step.calendar_id === undefined ? [] : [{ field: "calendar_id", message: "Only allowed with until_working" }];
  if (step.for !== undefined && toSeconds(step.for) > MAX_WORKING_SECONDS)
    return [{ field: "for", message: "Must be at most 365d with until_working" }];
  if (await findCalendar(step)) return [];
  return step.calendar_id === undefined
    ? [{ field: "until_working", message: "Needs a calendar of working time: create one with POST /api/v1/support/calendars" }]
    : [{ field: "calendar_id", message: "No calendar has this id" }];
}
