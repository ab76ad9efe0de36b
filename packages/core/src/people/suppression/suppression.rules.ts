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
  /** When it was last set; null if it was only lifted. */
  at: string | null;
  /** The message, form, person or file that set it. */
  source: string | null;
  lifted_at: string | null;
  lifted_by: Lifter | null;
}

export const isActive = ({ at, lifted_at }: Entry): boolean => at !== null && (lifted_at === null || at >= lifted_at);

/** Returns the active reasons, the gravest first. */
const reasonsByGravity: readonly SuppressionReason[] = ["COMPLAINED", "BOUNCED", "STOP", "UNSUBSCRIBED", "BY_HAND"];
export const listActiveReasons = (entries: readonly Entry[]): SuppressionReason[] => {
  const standing = new Set(entries.filter(isActive).map(({ reason }) => reason));
  return reasonsByGravity.filter((reason) => standing.has(reason));
};

const findEntry = (entries: readonly Entry[], reason: SuppressionReason): Entry =>
  entries.find((entry) => entry.reason === reason) ?? { reason, at: null, source: null, lifted_at: null, lifted_by: null };

/** Keeps the entries in the order of `suppressionReasons`. */
const withEntry = (entries: readonly Entry[], entry: Entry): Entry[] =>
  suppressionReasons.flatMap((reason) => (reason === entry.reason ? [entry] : entries.filter((each) => each.reason === reason)));

interface SetOptions {
  reason: SuppressionReason;
  /** The time of the report. Without it: now, but after all that is known. */
  at?: string | undefined;
  now: string;
  source: string | null;
}

/** Returns the entries after setting a reason. */
export function setReason(entries: readonly Entry[], { reason, at: reportedAt, now, source }: SetOptions): Entry[] {
  const entry = findEntry(entries, reason);
  // An active reason keeps its time when it is reported again without one.
  if (reportedAt === undefined && isActive(entry)) return [...entries];
  const effectiveAt = reportedAt ?? laterInstant(now, entry.lifted_at ?? now);
  const isLater = entry.at === null || effectiveAt > entry.at;
  return isLater ? withEntry(entries, { ...entry, at: effectiveAt, source }) : [...entries];
}

interface LiftOptions {
  reason: SuppressionReason;
  at?: string | undefined;
  now: string;
  by: Lifter;
}

/** Returns the entries after lifting a reason. */
export function liftReason(entries: readonly Entry[], { reason, at: reportedAt, now, by }: LiftOptions): Entry[] {
  const entry = findEntry(entries, reason);
  if (reportedAt === undefined && !isActive(entry)) return [...entries];
  const lifted_at = reportedAt ?? (entry.at !== null && entry.at >= now ? nextInstant(entry.at) : now);
  const isLater = entry.lifted_at === null || lifted_at > entry.lifted_at;
  return isLater ? withEntry(entries, { ...entry, lifted_at, lifted_by: by }) : [...entries];
}

const nextInstant = (instant: string): string => formatInstant(Date.parse(instant) + 1);

/** The purpose that a person refuses by each reason; null for none. */
export const refusedPurposeByReason: Readonly<Record<SuppressionReason, "any" | "marketing" | null>> = {
  STOP: "any",
  COMPLAINED: "any",
  UNSUBSCRIBED: "marketing",
  BY_HAND: "marketing",
  BOUNCED: null,
};
