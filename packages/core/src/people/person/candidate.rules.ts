import { MIN_OPEN_SCORE, type Score } from "./feature-extraction.rules.ts";
import type { CandidateRecord, PlainCandidate } from "./person.entity.ts";

/**
 * A pair of persons as it is known without what is sealed: with a score, reasons, status and version of its own, so that
 * nothing that those are shown who may not see sealed values depends on them.
 */

type MatchFinding = Pick<CandidateRecord, "score" | "reasons">;

/** What two score of whom one was named with the other's contact point, and why: both stay, whatever else is found. */
export const RIVAL_SCORE = 90;
export const RIVAL_POINT_REASON = "contact point of the other";

/** What was found of a pair, beside the reasons that a lead gave. */
export function buildFinding({ score, reasons }: Score, named: CandidateRecord["reasons"]): MatchFinding {
  const found = reasons.map((reason) => ({ reason, lead_id: null }));
  return { score: named.length > 0 ? Math.max(RIVAL_SCORE, score) : score, reasons: [...named, ...found] };
}

/** Both fields that go together. */
export const buildQueueFields = (plain: PlainCandidate | null): Pick<CandidateRecord, "plain" | "queue"> => ({
  plain,
  queue: plain?.status ?? null,
});

/** The pair after a comparison without what is sealed; null while it has never been a candidate so. */
export function updatePlain(before: PlainCandidate | null, found: MatchFinding, now: string): PlainCandidate | null {
  const isOpen = found.score >= MIN_OPEN_SCORE;
  if (!before) return isOpen ? { version: 1, status: "OPEN", ...found, created_at: now, updated_at: now } : null;
  // As of the last time that it was open.
  const next = isOpen ? { ...before, ...found, status: "OPEN" as const } : { ...before, status: "OBSOLETE" as const };
  const isSame = (["status", "score", "reasons"] as const).every((f) => JSON.stringify(next[f]) === JSON.stringify(before[f]));
  return isSame ? before : { ...next, version: before.version + 1, updated_at: now };
}

/** The candidate with what people decided of it; `found` is what a pair has that was none without what is sealed. */
export function applyDecision(
  candidate: CandidateRecord,
  status: "MERGED" | "DISMISSED",
  now: string,
  found?: MatchFinding,
): CandidateRecord {
  const { plain } = candidate;
  const next: PlainCandidate | null = plain
    ? { ...plain, status, version: plain.version + 1, updated_at: now }
    : found
      ? { ...found, status, version: 1, created_at: now, updated_at: now }
      : null;
  return { ...candidate, status, ...buildQueueFields(next) };
}

/** The candidate as it is shown to those who may not see sealed values; undefined where it is none for them. */
export function redactSealed(candidate: CandidateRecord): CandidateRecord | undefined {
  const { plain } = candidate;
  if (!plain) return undefined;
  const isDecided = plain.status === "MERGED" || plain.status === "DISMISSED";
  return { ...candidate, ...plain, updated_by: isDecided ? candidate.updated_by : candidate.created_by };
}
