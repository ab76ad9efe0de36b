import { laterInstant } from "../../kernel/interval.ts";
import { type SuppressionReason, suppressionReasons } from "./reasons.rules.ts";

/** Why an address is not written to, and since when (docs/people/suppression.md). Pure. */

/** The channels on which messages are sent. */
export const channels = ["email", "sms", "whatsapp"] as const;
export type Channel = (typeof channels)[number];

/** Who took a reason back: whoever has the address, which is a consent, or somebody else. */
export const lifters = ["SELF", "OTHERS"] as const;
export type Lifter = (typeof lifters)[number];

/** What is known of one reason. Instants are of when it was said. */
export interface Entry {
  reason: SuppressionReason;
  /** When it was set last; null where it was only lifted. */
  at: string | null;
  /** Of that: which message, form, person or file. */
  source: string | null;
  lifted_at: string | null;
  lifted_by: Lifter | null;
}

export const isActive = ({ at, lifted_at }: Entry): boolean => at !== null && (lifted_at === null || at >= lifted_at);

/** The reasons that stand, the gravest first. */
const reasonsByGravity: readonly SuppressionReason[] = ["COMPLAINED", "BOUNCED", "STOP", "UNSUBSCRIBED", "BY_HAND"];
export const listActiveReasons = (entries: readonly Entry[]): SuppressionReason[] => {
  const standing = new Set(entries.filter(isActive).map(({ reason }) => reason));
  return reasonsByGravity.filter((reason) => standing.has(reason));
};

const findEntry = (entries: readonly Entry[], reason: SuppressionReason): Entry =>
  entries.find((each) => each.reason === reason) ?? { reason, at: null, source: null, lifted_at: null, lifted_by: null };

/** In one order, whatever came first. */
const withEntry = (entries: readonly Entry[], entry: Entry): Entry[] =>
  suppressionReasons.flatMap((reason) => (reason === entry.reason ? [entry] : entries.filter((each) => each.reason === reason)));

export interface SetOptions {
  reason: SuppressionReason;
  /** When it was said; without it now, behind all that is known. */
  at?: string | undefined;
  now: string;
  source: string | null;
}

/** The entries after a reason was set. */
export function setReason(entries: readonly Entry[], { reason, at: said, now, source }: SetOptions): Entry[] {
  const known = findEntry(entries, reason);
  // What stands already is not said anew by saying it again.
  if (said === undefined && isActive(known)) return [...entries];
  const at = said ?? laterInstant(now, known.lifted_at ?? now);
  const isLater = known.at === null || at > known.at;
  return isLater ? withEntry(entries, { ...known, at, source }) : [...entries];
}

export interface LiftOptions {
  reason: SuppressionReason;
  at?: string | undefined;
  now: string;
  by: Lifter;
}

/** The entries after a reason was lifted. */
export function liftReason(entries: readonly Entry[], { reason, at: said, now, by }: LiftOptions): Entry[] {
  const known = findEntry(entries, reason);
  if (said === undefined && !isActive(known)) return [...entries];
  const lifted_at = said ?? (known.at !== null && known.at >= now ? nextInstant(known.at) : now);
  const isLater = known.lifted_at === null || lifted_at > known.lifted_at;
  return isLater ? withEntry(entries, { ...known, lifted_at, lifted_by: by }) : [...entries];
}

const nextInstant = (at: string): string => new Date(Date.parse(at) + 1).toISOString();

/** What a reason says of what somebody wants: nothing, or for which purpose they refuse. */
export const refusedPurposeByReason: Readonly<Record<SuppressionReason, "any" | "marketing" | null>> = {
  STOP: "any",
  COMPLAINED: "any",
  UNSUBSCRIBED: "marketing",
  BY_HAND: "marketing",
  BOUNCED: null,
};
