import { formatMoney, type TextOptions } from "../../../api/value-text.ts";
import { formatPercent } from "../../../ui/i18n/formatters.ts";
import { describeDue, formatDaysLate } from "../../../ui/i18n/lateness.ts";
import { readDay } from "../../../ui/i18n/time.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";
import type { CutFact } from "../../../ui/kit/cut-fact.ts";

export interface FollowUpReason {
  readonly code: string;
  readonly text: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly points: number;
}

type Format = (values: FollowUpReason["values"], options: TextOptions) => string;

const describeReasons = (t: Translate): Readonly<Record<string, Format>> => ({
  contact_overdue: ({ days: count }) => t("Follow-up {count, plural, one {# day late} other {# days late}}", { count }),
  contact_due_today: () => t("Follow-up due today"),
  next_step_overdue: ({ days: count }) => t("Next step {count, plural, one {# day late} other {# days late}}", { count }),
  next_step_due_today: () => t("Next step due today"),
  activity_overdue: ({ days: count, subject }) =>
    t("“{subject}” {count, plural, one {# day late} other {# days late}}", { count, subject }),
  activity_due_today: ({ subject }) => t("“{subject}” due today", { subject }),
  ticket_overdue: ({ days: count }) => t("Ticket {count, plural, one {# day late} other {# days late}}", { count }),
  ticket_due_today: () => t("Ticket due today"),
  promise: () => t("Planned with the customer"),
  urgent: () => t("Urgent"),
  score: ({ score }) => t("Score {score}", { score }),
  probability: ({ probability }, { locale }) =>
    t("Probability {percent}", { percent: formatPercent(Number(probability), locale) }),
  closing_overdue: ({ days: count }) => t("Closing {count, plural, one {# day late} other {# days late}}", { count }),
  closing_soon: ({ days: count }) =>
    count === 0 ? t("Closes today") : t("Closes in {count, plural, one {# day} other {# days}}", { count }),
  silent: ({ days: count }) => t("No activity for {count, plural, one {# day} other {# days}}", { count }),
});

/** Writes a reason in the language of the user. A reason that the console does not know is in English. */
const formatReason = ({ code, text, values }: FollowUpReason, t: Translate, options: TextOptions): string =>
  describeReasons(t)[code]?.(values, options) ?? text;

/** What is due at an hour of today. */
const describeTopics = (t: Translate): Readonly<Record<string, (due: string, values: FollowUpReason["values"]) => string>> => ({
  contact_due_today: (due) => t("Follow-up {due}", { due }),
  next_step_due_today: (due) => t("Next step {due}", { due }),
  activity_due_today: (due, { subject }) => t("“{subject}” {due}", { due, subject }),
  ticket_due_today: (due) => t("Ticket {due}", { due }),
});

/** What is due on a day is due at the last millisecond of it. */
const END_OF_DAY = /59\.999Z$/;

const DUE_CODES = /^(contact|next_step|activity|ticket)_(overdue|due_today)$/;

const isDueBy = (code: string, topic: string): boolean => DUE_CODES.exec(code)?.[1] === topic;
const isOverdue = (code: string): boolean => DUE_CODES.exec(code)?.[2] === "overdue";
const isSilent = (code: string): boolean => code === "silent";

/** Whether the record itself is due, and not an activity or a ticket of it. */
const isOwnDue = ({ code }: FollowUpReason): boolean => isDueBy(code, "contact") || isDueBy(code, "next_step");

interface DueReasons {
  readonly reasons: readonly FollowUpReason[];
  /** The earliest time of all that is due. */
  readonly due_at: string | null;
}

/** Says why to contact now. What is due at an hour of today is said as in the list of tasks, if nothing else is due. */
function describeReason(reason: FollowUpReason, { reasons, due_at }: DueReasons, now: string, options: TextOptions): CutFact {
  const { t } = options;
  const topic = describeTopics(t)[reason.code];
  const isOnly = reasons.filter(({ code }) => DUE_CODES.test(code)).length === 1;
  if (topic === undefined || !isOnly || due_at === null || END_OF_DAY.test(due_at)) {
    const text = formatReason(reason, t, options);
    const isLate = reason.code.endsWith("_overdue");
    return isLate ? { text, isLate, late: formatDaysLate(Number(reason.values.days), t) } : { text, isLate };
  }
  const due = describeDue({ dueAt: due_at, hasTime: true }, now, options, t);
  const text = topic(due.text, reason.values);
  return due.isLate ? { text, isLate: true, late: due.text } : { text, isLate: false };
}

/** The reason that names an amount. It stands in a column of its own. */
const VALUE = "value";

/** Lists the reasons that are words. */
export const listWords = (reasons: readonly FollowUpReason[]): FollowUpReason[] => reasons.filter(({ code }) => code !== VALUE);

/** Writes the amount of an entry, if it has one. */
export function findAmount(reasons: readonly FollowUpReason[], { locale }: TextOptions): string | undefined {
  const values = reasons.find(({ code }) => code === VALUE)?.values;
  return values && formatMoney(String(values.amount), String(values.currency), locale);
}

interface FollowUpParties {
  readonly record: { readonly id: string; readonly title: string };
  readonly contact_name: string | null;
  readonly person_name: string | null;
  readonly customer_name: string | null;
}

/** Names whom to contact, and what they belong to: the customer and the deal, each once. */
export function nameParties({ record, contact_name, person_name, customer_name }: FollowUpParties): {
  readonly name: string;
  readonly about: readonly string[];
} {
  const title = record.title || record.id;
  const name = person_name || contact_name || title;
  const about = [customer_name ?? "", title].filter((part) => part !== "" && part !== name);
  return { name, about: [...new Set(about)] };
}

/** Codes of the reasons that say how likely a success is. */
const CHANCES = ["probability", "score"];

/** Lists the facts of an entry in one order: why now, and how likely. */
export function listFollowUpFacts(entry: DueReasons, now: string, options: TextOptions): CutFact[] {
  const words = listWords(entry.reasons);
  const chance = words.find(({ code }) => CHANCES.includes(code));
  // What decides about the order is said first.
  const reason =
    words.find(isOwnDue) ??
    words.find(({ code }) => DUE_CODES.test(code)) ??
    words.find(({ code }) => isSilent(code)) ??
    words.find((word) => word !== chance);
  return [reason && describeReason(reason, entry, now, options), chance && formatReason(chance, options.t, options)];
}

/** Kinds with blocks of their own on the home page. */
const OWN_BLOCKS: readonly string[] = ["ticket", "activity"];

interface QueueEntry extends DueReasons {
  readonly record: { readonly kind: string };
}

/**
 * Leaves out what another block of the home page shows: the tickets, tasks and meetings of a user who may list them, and records for which nothing but
 * such a task is due.
 */
export function selectFollowUps<Entry extends QueueEntry>(
  entries: readonly Entry[],
  listed: readonly { readonly kind: string }[],
): Entry[] {
  const own = OWN_BLOCKS.filter((name) => listed.some(({ kind }) => kind === name));
  return entries
    .filter(
      ({ record, reasons }) =>
        !own.includes(record.kind) &&
        (reasons.some(isOwnDue) || !reasons.some(({ code }) => own.some((kind) => isDueBy(code, kind)))),
    )
    .sort(compareFollowUps);
}

const readDays = (reasons: readonly FollowUpReason[], isWanted: (code: string) => boolean): number =>
  Math.max(0, ...reasons.filter(({ code }) => isWanted(code)).map(({ values }) => Number(values.days)));

/** Orders by when something is due, the latest first, then by how long nothing has happened. Others keep their order. */
function compareFollowUps(a: DueReasons, b: DueReasons): number {
  const late = readDays(b.reasons, isOverdue) - readDays(a.reasons, isOverdue);
  const due =
    Number(b.reasons.some(({ code }) => DUE_CODES.test(code))) - Number(a.reasons.some(({ code }) => DUE_CODES.test(code)));
  if (late !== 0) return late;
  if (due !== 0) return due;
  const time = (a.due_at ?? "").localeCompare(b.due_at ?? "");
  return time === 0 ? readDays(b.reasons, isSilent) - readDays(a.reasons, isSilent) : time;
}

const DAY_MS = 86_400_000;

interface DueRecord {
  readonly record: { readonly id: string; readonly kind: string };
  readonly reasons: readonly FollowUpReason[];
  readonly due_at: string | null;
  readonly activity_id: string | null;
}

interface Postponement {
  readonly kind: string;
  readonly path: string;
  readonly body: Readonly<Record<string, string>>;
}

interface Delay {
  readonly now: string;
  readonly timeZone: string;
  /** Days after today. */
  readonly days: number;
}

/** Lists the changes that move what is due to another day. The time of day stays. A ticket cannot be postponed. */
export function listPostponements(
  { record, reasons, due_at, activity_id }: DueRecord,
  { now, timeZone, days }: Delay,
): Postponement[] {
  const today = readDay(now, timeZone);
  const isDue = (topic: string): boolean =>
    reasons.some(({ code }) => code === `${topic}_overdue` || code === `${topic}_due_today`);
  const day = new Date(Date.parse(today) + days * DAY_MS).toISOString().slice(0, 10);
  const dueDay = readDay(due_at ?? now, timeZone);
  const ahead = Math.round((Date.parse(today) - Date.parse(dueDay)) / DAY_MS) + days;
  const at = new Date(Date.parse(due_at ?? now) + ahead * DAY_MS).toISOString();
  const changes: (Postponement | false)[] = [
    isDue("contact") && { kind: "lead", path: `/api/v1/leads/${record.id}`, body: { next_contact_date: at } },
    isDue("next_step") && { kind: "opportunity", path: `/api/v1/opportunities/${record.id}`, body: { next_step_date: day } },
    isDue("activity") &&
      activity_id !== null && { kind: "activity", path: `/api/v1/activities/${activity_id}`, body: { due_date: day } },
  ];
  return changes.filter((change) => change !== false);
}
