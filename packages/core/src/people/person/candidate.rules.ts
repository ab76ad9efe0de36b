import { MIN_OPEN_SCORE, type Score } from "./feature-extraction.rules.ts";
import type { CandidateRecord, PlainCandidate } from "./person.entity.ts";

/**
 * The `plain` part of a candidate: what is known of the pair without sensitive values, with its own score, reasons, status and
 * version. So nothing that is shown to callers without the right to sensitive values depends on these values.
 */

type MatchFinding = Pick<CandidateRecord, "score" | "reasons">;

/**
 * The minimum score and the reason of a pair when a record of one person names a contact point of the other. A comparison changes
 * neither.
 */
export const RIVAL_SCORE = 90;
export const RIVAL_POINT_REASON = "contact point of the other";

/** Builds the score and reasons of a pair: those of the comparison, and the reasons from leads. */
export function buildFinding({ score, reasons }: Score, leadReasons: CandidateRecord["reasons"]): MatchFinding {
  const comparisonReasons = reasons.map((reason) => ({ reason, lead_id: null }));
  return {
    score: leadReasons.length > 0 ? Math.max(RIVAL_SCORE, score) : score,
    reasons: [...leadReasons, ...comparisonReasons],
  };
}

/** Builds the two fields that must be changed together. */
export const buildQueueFields = (plain: PlainCandidate | null): Pick<CandidateRecord, "plain" | "queue"> => ({
  plain,
  queue: plain?.status ?? null,
});

/** Returns `plain` after a comparison without sensitive values; null if it has never been a candidate without them. */
export function updatePlain(before: PlainCandidate | null, finding: MatchFinding, now: string): PlainCandidate | null {
  const isOpen = finding.score >= MIN_OPEN_SCORE;
  if (!before) return isOpen ? { version: 1, status: "OPEN", ...finding, created_at: now, updated_at: now } : null;
  // A pair that is no longer open keeps the score and reasons of the last time that it was open.
  const next = isOpen ? { ...before, ...finding, status: "OPEN" as const } : { ...before, status: "OBSOLETE" as const };
  const isSame = (["status", "score", "reasons"] as const).every((f) => JSON.stringify(next[f]) === JSON.stringify(before[f]));
  return isSame ? before : { ...next, version: before.version + 1, updated_at: now };
}

/** Applies a user's decision to a candidate. `finding` is used for `plain` if the pair had none. */
export function applyDecision(
  candidate: CandidateRecord,
  status: "MERGED" | "DISMISSED",
  now: string,
  finding?: MatchFinding,
): CandidateRecord {
  const { plain } = candidate;
  const next: PlainCandidate | null = plain
    ? { ...plain, status, version: plain.version + 1, updated_at: now }
    : finding
      ? { ...finding, status, version: 1, created_at: now, updated_at: now }
      : null;
  return { ...candidate, status, ...buildQueueFields(next) };
}

/** Returns the candidate for callers without the right to sensitive values; undefined if it is not a candidate for them. */
export function redactSealed(candidate: CandidateRecord): CandidateRecord | undefined {
  const { plain } = candidate;
  if (!plain) return undefined;
  const isDecided = plain.status === "MERGED" || plain.status === "DISMISSED";
  return { ...candidate, ...plain, updated_by: isDecided ? candidate.updated_by : candidate.created_by };
}
