import { Clock } from "../../kernel/clock.ts";
import { isVisibleTo } from "../../platform/sign-in/actor-context.ts";
import { findAbsence } from "../../platform/user/availability.rules.ts";
import { Availability } from "../../platform/user/availability.ts";
import { Directory } from "../../platform/user/directory.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { type ApproverKind, listCandidates } from "./approver.rules.ts";

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
const MAX_CANDIDATES = 50;

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
  const owner = subject.collection.ownerId(subject.record);
  const [standing, directors, admins] = await Promise.all([
    owner === undefined ? undefined : Directory.loadOrgPositions([owner]).then((all) => all.get(owner)),
    Directory.listByRole("DIRECTOR"),
    Directory.listByRole("ADMIN"),
  ]);
  const managers = [standing?.manager_id, standing?.team?.manager_id].filter((each) => typeof each === "string");
  const excluded = new Set([...never, owner]);
  const ladder = listCandidates(role, { managers, directors, admins }).filter((each) => !excluded.has(each));
  return findFirstAvailable(ladder.slice(0, MAX_CANDIDATES), subject);
}

/** Of users in their order the first who can decide: who cannot sign in sees nothing. */
async function findFirstAvailable<R extends BaseRecord>(
  candidates: readonly string[],
  subject: Subject<R>,
): Promise<Approver | undefined> {
  const absences = await Availability.listAbsences(candidates);
  const now = Clock.now();
  for (const [at, id] of candidates.entries()) {
    const own = absences[at] ?? [];
    if (findAbsence(own, now) || !(await isVisibleTo(id, subject.collection, subject.record))) continue;
    return { id, away_from: findNextAbsence(own, now) };
  }
  return undefined;
}

/** As `find`, of one user: undefined where they cannot decide. */
export const findById = <R extends BaseRecord>(id: string, subject: Subject<R>): Promise<Approver | undefined> =>
  findFirstAvailable([id], subject);

const findNextAbsence = (absences: readonly { from: string }[], now: string): string | null =>
  absences
    .map(({ from }) => from)
    .filter((from) => from > now)
    .sort()[0] ?? null;

/** Whether the user is there and not away now, and when they will be away next. */
export async function checkPresence(id: string): Promise<{ because: "GONE" | "AWAY" | null; away_from: string | null }> {
  const [[user], [absences = []]] = await Promise.all([Directory.loadActive([id]), Availability.listAbsences([id])]);
  const now = Clock.now();
  const because = user ? (findAbsence(absences, now) ? "AWAY" : null) : "GONE";
  return { because, away_from: findNextAbsence(absences, now) };
}

export * as Approver from "./approver.ts";
