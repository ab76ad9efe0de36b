import { later } from "../kernel/interval.ts";
import { type Suppression, suppressions } from "./reasons.rules.ts";

/** Why an address is not written to, and since when (docs/suppression.md). Pure. */

/** The channels on which messages are sent. */
export const channels = ["email", "sms", "whatsapp"] as const;
export type Channel = (typeof channels)[number];

/** Who took a reason back: whoever has the address, which is a consent, or somebody else. */
export const lifters = ["SELF", "OTHERS"] as const;
export type Lifter = (typeof lifters)[number];

/** What is known of one reason. Instants are of when it was said. */
export interface Entry {
  reason: Suppression;
  /** When it was set last; null where it was only lifted. */
  at: string | null;
  /** Of that: which message, form, person or file. */
  source: string | null;
  lifted_at: string | null;
  lifted_by: Lifter | null;
}

export const stands = ({ at, lifted_at }: Entry): boolean => at !== null && (lifted_at === null || at >= lifted_at);

/** The reasons that stand, the gravest first. */
const gravest: readonly Suppression[] = ["COMPLAINED", "BOUNCED", "STOP", "UNSUBSCRIBED", "BY_HAND"];
export const standingOf = (entries: readonly Entry[]): Suppression[] => {
  const standing = new Set(entries.filter(stands).map(({ reason }) => reason));
  return gravest.filter((reason) => standing.has(reason));
};

const entryOf = (entries: readonly Entry[], reason: Suppression): Entry =>
  entries.find((each) => each.reason === reason) ?? { reason, at: null, source: null, lifted_at: null, lifted_by: null };

/** In one order, whatever came first. */
const withEntry = (entries: readonly Entry[], entry: Entry): Entry[] =>
  suppressions.flatMap((reason) => (reason === entry.reason ? [entry] : entries.filter((each) => each.reason === reason)));

export interface Setting {
  reason: Suppression;
  /** When it was said; without it now, behind all that is known. */
  at?: string | undefined;
  now: string;
  source: string | null;
}

/** The entries after a reason was set. */
export function set(entries: readonly Entry[], { reason, at: said, now, source }: Setting): Entry[] {
  const known = entryOf(entries, reason);
  // What stands already is not said anew by saying it again.
  if (said === undefined && stands(known)) return [...entries];
  const at = said ?? later(now, known.lifted_at ?? now);
  const isLater = known.at === null || at > known.at;
  return isLater ? withEntry(entries, { ...known, at, source }) : [...entries];
}

export interface Lifting {
  reason: Suppression;
  at?: string | undefined;
  now: string;
  by: Lifter;
}

/** The entries after a reason was lifted. */
export function lift(entries: readonly Entry[], { reason, at: said, now, by }: Lifting): Entry[] {
  const known = entryOf(entries, reason);
  if (said === undefined && !stands(known)) return [...entries];
  const lifted_at = said ?? (known.at !== null && known.at >= now ? momentAfter(known.at) : now);
  const isLater = known.lifted_at === null || lifted_at > known.lifted_at;
  return isLater ? withEntry(entries, { ...known, lifted_at, lifted_by: by }) : [...entries];
}

const momentAfter = (at: string): string => new Date(Date.parse(at) + 1).toISOString();

/** What a reason says of what somebody wants: nothing, or for which purpose they refuse. */
export const refusedPurpose: Readonly<Record<Suppression, "any" | "marketing" | null>> = {
  STOP: "any",
  COMPLAINED: "any",
  UNSUBSCRIBED: "marketing",
  BY_HAND: "marketing",
  BOUNCED: null,
};
