import { formatInstant } from "../../kernel/date-bounds.ts";
import { laterInstant } from "../../kernel/interval.ts";
import { type SuppressionReason, suppressionReasons } from "./reasons.rules.ts";

/** Pure rules: why an address is suppressed, and since when (docs/people/suppression.md). */

/** The channels on which messages are sent. */
export const channels = ["email", "sms", "whatsapp"] as const;
export type Channel = (typeof channels)[number];

/** Who lifted a reason: the owner of the address (SELF), which counts as consent, or others. */
export const lifters = ["SELF", "OTHERS"] as const;
export type Lifter = (typeof lifters)[number];

/** The state of one reason. Instants are the times of the reports. */
export interface Entry {
  reason: SuppressionReason;
  /** The subscription type for which the reason is set; null for all messages that the reason refuses. */
  type?: string | null | undefined;
  /** When it was last set; null if it was only lifted. */
  at: string | null;
  /** The message, form, person or file that set it. */
  source: string | null;
  lifted_at: string | null;
  lifted_by: Lifter | null;
}

export const isActive = ({ at, lifted_at }: Entry): boolean => at !== null && (lifted_at === null || at >= lifted_at);

const typeOf = ({ type = null }: Pick<Entry, "type">): string | null => type;

const reasonsByGravity: readonly SuppressionReason[] = ["COMPLAINED", "BOUNCED", "STOP", "UNSUBSCRIBED", "BY_HAND"];
const listReasons = (entries: readonly Entry[]): SuppressionReason[] => {
  const active = new Set(entries.map(({ reason }) => reason));
  return reasonsByGravity.filter((reason) => active.has(reason));
};

/** Returns the active reasons, the gravest first, including those that are set only for subscription types. */
export const listActiveReasons = (entries: readonly Entry[]): SuppressionReason[] => listReasons(entries.filter(isActive));

/** Returns the active reasons that are set for more than single subscription types, the gravest first. */
export const listAddressReasons = (entries: readonly Entry[]): SuppressionReason[] =>
  listReasons(entries.filter((entry) => isActive(entry) && typeOf(entry) === null));

/** Returns the subscription types that are refused, in alphabetical order. */
export const listRefusedTypes = (entries: readonly Entry[]): string[] =>
  [...new Set(entries.filter(isActive).flatMap((entry) => typeOf(entry) ?? []))].sort();

const findEntry = (entries: readonly Entry[], reason: SuppressionReason, type: string | null): Entry =>
  entries.find((entry) => entry.reason === reason && typeOf(entry) === type) ?? {
    ...{ reason, at: null, source: null, lifted_at: null, lifted_by: null },
    ...(type === null ? {} : { type }),
  };

/** Keeps the entries in the order of `suppressionReasons`, and within a reason in the order of types. */
const withEntry = (entries: readonly Entry[], entry: Entry): Entry[] => {
  const otherEntries = entries.filter(({ reason, ...other }) => reason !== entry.reason || typeOf(other) !== typeOf(entry));
  return [...otherEntries, entry].sort(
    (a, b) =>
      suppressionReasons.indexOf(a.reason) - suppressionReasons.indexOf(b.reason) ||
      ((typeOf(a) ?? "") < (typeOf(b) ?? "") ? -1 : 1),
  );
};

interface SetOptions {
  reason: SuppressionReason;
  /** The subscription type for which it is set; by default, none. */
  type?: string | null | undefined;
  /** The time of the report. Without it: now, but after all that is known. */
  reportedAt?: string | undefined;
  now: string;
  source: string | null;
}

/** Returns the entries after setting a reason. */
export function setReason(entries: readonly Entry[], { reason, type = null, reportedAt, now, source }: SetOptions): Entry[] {
  const entry = findEntry(entries, reason, type);
  // An active reason keeps its time when it is reported again without one.
  if (reportedAt === undefined && isActive(entry)) return [...entries];
  const effectiveAt = reportedAt ?? laterInstant(now, entry.lifted_at ?? now);
  const isLater = entry.at === null || effectiveAt > entry.at;
  return isLater ? withEntry(entries, { ...entry, at: effectiveAt, source }) : [...entries];
}

interface LiftOptions {
  reason: SuppressionReason;
  type?: string | null | undefined;
  reportedAt?: string | undefined;
  now: string;
  by: Lifter;
}

/** Returns the entries after lifting a reason. */
export function liftReason(entries: readonly Entry[], { reason, type = null, reportedAt, now, by }: LiftOptions): Entry[] {
  const entry = findEntry(entries, reason, type);
  if (reportedAt === undefined && !isActive(entry)) return [...entries];
  const lifted_at = reportedAt ?? (entry.at !== null && entry.at >= now ? nextInstant(entry.at) : now);
  const isLater = entry.lifted_at === null || lifted_at > entry.lifted_at;
  return isLater ? withEntry(entries, { ...entry, lifted_at, lifted_by: by }) : [...entries];
}

const nextInstant = (instant: string): string => formatInstant(Date.parse(instant) + 1);

/** The purpose that a person refuses by each reason that is set for no subscription type; null for none. */
const refusedPurposeByReason: Readonly<Record<SuppressionReason, "any" | "marketing" | null>> = {
  STOP: "any",
  COMPLAINED: "any",
  UNSUBSCRIBED: "marketing",
  BY_HAND: "marketing",
  BOUNCED: null,
};

/** Returns the purpose that a person refuses by an entry: its subscription type, or that of the reason; null for none. */
export const findRefusedPurpose = (entry: Pick<Entry, "reason" | "type">): string | null =>
  typeOf(entry) ?? refusedPurposeByReason[entry.reason];
