import { Clock } from "../kernel/clock.ts";
import { isSeenBy } from "../sign-in/acting.ts";
import type { BaseRecord, Collection } from "../storage/table/collection.ts";
import { absenceAt } from "../user/availability.rules.ts";
import { Availability } from "../user/availability.ts";
import { Directory } from "../user/directory.ts";
import { type ApproverKind, ladderOf } from "./approver.rules.ts";

/** What is to be approved, as it stands. */
export interface Subject<R extends BaseRecord = BaseRecord> {
  collection: Collection<R>;
  record: R;
}

export interface Approver {
  id: string;
  /** When their next absence begins. */
  away_from: string | null;
}

/** So many are looked at: whoever is that far from the owner is nobody's manager. */
const MOST = 50;

/**
 * Who is asked as a manager, a director, an administrator: the owner's manager, else their team's, else a director, else an
 * administrator (decisions, Quotes), of whom the one who has been there longest. Never the owner, nor one of these; nor who cannot sign in, is
 * away, or does not see what is to be approved.
 */
export async function find<R extends BaseRecord>(
  role: ApproverKind,
  subject: Subject<R>,
  never: readonly string[],
): Promise<Approver | undefined> {
  const owner = subject.collection.ownerOf(subject.record);
  const [standing, directors, admins] = await Promise.all([
    owner === undefined ? undefined : Directory.standingsOf([owner]).then((all) => all.get(owner)),
    Directory.holding("DIRECTOR"),
    Directory.holding("ADMIN"),
  ]);
  const managers = [standing?.manager_id, standing?.team?.manager_id].filter((each) => typeof each === "string");
  const excluded = new Set([...never, owner]);
  const ladder = ladderOf(role, { managers, directors, admins }).filter((each) => !excluded.has(each));
  return firstOf(ladder.slice(0, MOST), subject);
}

/** Of users in their order the first who can decide: who cannot sign in sees nothing. */
async function firstOf<R extends BaseRecord>(candidates: readonly string[], subject: Subject<R>): Promise<Approver | undefined> {
  const absences = await Availability.absencesOf(candidates);
  const now = Clock.now();
  for (const [at, id] of candidates.entries()) {
    const own = absences[at] ?? [];
    if (absenceAt(own, now) || !(await isSeenBy(id, subject.collection, subject.record))) continue;
    return { id, away_from: nextOf(own, now) };
  }
  return undefined;
}

/** As `find`, of one user: undefined where they cannot decide. */
export const named = <R extends BaseRecord>(id: string, subject: Subject<R>): Promise<Approver | undefined> =>
  firstOf([id], subject);

const nextOf = (absences: readonly { from: string }[], now: string): string | null =>
  absences
    .map(({ from }) => from)
    .filter((from) => from > now)
    .sort()[0] ?? null;

/** Whether the user is there and not away now, and when they will be away next. */
export async function presenceOf(id: string): Promise<{ because: "GONE" | "AWAY" | null; away_from: string | null }> {
  const [[user], [absences = []]] = await Promise.all([Directory.activeNow([id]), Availability.absencesOf([id])]);
  const now = Clock.now();
  const because = user ? (absenceAt(absences, now) ? "AWAY" : null) : "GONE";
  return { because, away_from: nextOf(absences, now) };
}

export * as Approver from "./approver.ts";
