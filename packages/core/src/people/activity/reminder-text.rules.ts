import { instantToLocal } from "../../kernel/time-zone.ts";
import { countSegments } from "../../lib/text-message/segments.rules.ts";

/** Pure rules: the text message of a reminder. */

/** Maximum segments of a reminder. They determine its cost. */
const MAX_SEGMENTS = 2;
/** Characters of the subject that the link must leave room for. */
const MIN_SUBJECT_LENGTH = 15;

interface ReminderContent {
  subject: string;
  /** When the activity begins or is due; null without a date. */
  time: string | null;
  url: string;
}

/** Builds the text: subject, time and link. A long subject is cut. The link is left out if it leaves no room for the subject. */
export function composeReminderText({ subject, time, url }: ReminderContent): string {
  const build = (part: string): string => ["Reminder: ", part, ...(time === null ? [] : [", ", time])].join("");
  return (
    cutSubject(subject, MIN_SUBJECT_LENGTH, (part) => `${build(part)}\n${url}`) ?? cutSubject(subject, 0, build) ?? build("")
  );
}

/** Returns the text with as much of the subject as fits; undefined if fewer characters than `least` fit. */
function cutSubject(subject: string, least: number, build: (part: string) => string): string | undefined {
  const characters = [...subject];
  for (let length = characters.length; length >= Math.min(least, characters.length); length--) {
    // Three dots, because an ellipsis is not in the GSM alphabet.
    const part = length === characters.length ? subject : `${characters.slice(0, length).join("").trimEnd()}...`;
    const text = build(part);
    if (countSegments(text).segments <= MAX_SEGMENTS) return text;
  }
  return undefined;
}

interface StartFields {
  start_datetime: string | null;
  due_at: string | null;
  due_date: string | null;
  due_time: string | null;
}

/** Returns when an activity begins or is due, in the time zone of the user; null without a date. */
export function formatStart({ start_datetime, due_at, due_date, due_time }: StartFields, zone: string): string | null {
  const format = (instant: string): string => instantToLocal(zone, instant).slice(0, 16).replace("T", " ");
  if (start_datetime) return `begins ${format(start_datetime)}`;
  if (!due_at || !due_date) return null;
  return `due ${due_time ? format(due_at) : due_date}`;
}

const DAY_SECONDS = 24 * 60 * 60;
const MIN_VALIDITY_SECONDS = 10 * 60;

/** Returns for how many seconds the message is useful: until the activity begins or is due, for at least ten minutes and at most a day. */
export function computeValidity(start: string | null, now: string): number {
  const seconds = start === null ? DAY_SECONDS : Math.floor((Date.parse(start) - Date.parse(now)) / 1000);
  return Math.min(Math.max(seconds, MIN_VALIDITY_SECONDS), DAY_SECONDS);
}
