import { Clock } from "../../kernel/clock.ts";
import { isVisibleTo } from "../../platform/sign-in/actor-context.ts";
import { findAbsence } from "../../platform/user/availability.rules.ts";
import { Availability } from "../../platform/user/availability.ts";
import { Directory } from "../../platform/user/directory.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { type ApproverKind, listCandidates } from "./approver.rules.ts";

/** The record to be approved, with its collection. */
export interface Subject<R extends BaseRecord = BaseRecord> {
  collection: Collection<R>;
  record: R;
  /** The owner whose manager is asked. Default: the owner of the record. */
  ownerId?: string | undefined;
}

export interface Approver {
  id: string;
  /** Start of their next absence. */
  away_from: string | null;
}

/** Upper bound on the candidates that are checked for one approval. */
const MAX_CANDIDATES = 50;

/**
 * Finds the approver for a role. Candidates for MANAGER: the owner's manager, the manager of the owner's team, directors, administrators; among
 * directors and administrators, the user who has been in the tenant longest comes first. The owner and the users in `excludedIds` are skipped, and so is a
 * user who cannot sign in, is absent or cannot see the subject. `preferredIds` are asked before these candidates.
 */
export async function find<R extends BaseRecord>(
  role: ApproverKind,
  subject: Subject<R>,
  excludedIds: readonly string[],
  preferredIds: readonly string[] = [],
): Promise<Approver | undefined> {
  const excluded = new Set([...excludedIds, findOwner(subject)]);
  const ladder = (await listRoleCandidates(role, subject)).filter((candidate) => !excluded.has(candidate));
  const preferred = preferredIds.filter((candidate) => !excludedIds.includes(candidate));
  return findFirstAvailable([...preferred, ...ladder].slice(0, MAX_CANDIDATES), subject);
}

const findOwner = <R extends BaseRecord>({ ownerId, collection, record }: Subject<R>): string | undefined =>
  ownerId ?? collection.ownerId(record);

/** Returns the users who can stand in for a role, in the order in which they are asked. Some of them may not decide this record. */
export async function listRoleCandidates<R extends BaseRecord>(role: ApproverKind, subject: Subject<R>): Promise<string[]> {
  const owner = findOwner(subject);
  const [position, directors, admins] = await Promise.all([
    owner === undefined ? undefined : Directory.loadOrgPositions([owner]).then((all) => all.get(owner)),
    Directory.listByRole("DIRECTOR"),
    Directory.listByRole("ADMIN"),
  ]);
  const managers = [position?.manager_id, position?.team?.manager_id].filter((managerId) => typeof managerId === "string");
  return listCandidates(role, { managers, directors, admins });
}

/** Returns the first candidate who can decide. A user who cannot sign in fails the visibility check. */
async function findFirstAvailable<R extends BaseRecord>(
  candidates: readonly string[],
  subject: Subject<R>,
): Promise<Approver | undefined> {
  const absences = await Availability.listAbsences(candidates);
  const now = Clock.now();
  for (const [index, id] of candidates.entries()) {
    const candidateAbsences = absences[index] ?? [];
    if (findAbsence(candidateAbsences, now) || !(await isVisibleTo(id, subject.collection, subject.record))) continue;
    return { id, away_from: findNextAbsence(candidateAbsences, now) };
  }
  return undefined;
}

/** Like `find`, for one given user. Returns undefined if that user cannot decide. */
export const findById = <R extends BaseRecord>(id: string, subject: Subject<R>): Promise<Approver | undefined> =>
  findFirstAvailable([id], subject);

const findNextAbsence = (absences: readonly { from: string }[], now: string): string | null =>
  absences
    .map(({ from }) => from)
    .filter((from) => from > now)
    .sort()[0] ?? null;

/** Tells whether the user is deactivated or absent now (`because`), and when the next absence starts. */
export async function checkPresence(id: string): Promise<{ because: "GONE" | "AWAY" | null; away_from: string | null }> {
  const [[user], [absences = []]] = await Promise.all([Directory.loadActive([id]), Availability.listAbsences([id])]);
  const now = Clock.now();
  const because = user ? (findAbsence(absences, now) ? "AWAY" : null) : "GONE";
  return { because, away_from: findNextAbsence(absences, now) };
}

export * as Approver from "./approver.ts";
