import * as z from "zod";
import { oneOf } from "../../kernel/schema.ts";
import { Directory } from "../../platform/user/directory.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { approverKinds } from "./approver.rules.ts";
import {
  type ApproverSettings,
  type CheckedLevel,
  explainChecks,
  findReachedLevel,
  type LevelCheck,
  type NeededRound,
} from "./level.rules.ts";
import { reachedConditions } from "./level-condition.ts";
import { selectApprovers } from "./request.ts";

/** Who would be asked to approve, and why, if the caller submitted a record now. Quotes, proposals, contracts and amendments share it. */

const approverSchema = z.object({
  role: oneOf(approverKinds),
  id: z.string().nullable().describe("The user who would be asked; null: no user can approve as this role"),
  name: z.string().nullable(),
});

export const SubmissionPreview = z
  .object({
    steps: z
      .array(
        z.object({
          step: oneOf(["LEGAL_REVIEW", "APPROVAL"]),
          level: z.string().describe("The level of the rule that is reached"),
          conditions: reachedConditions(),
          approvers: z.array(approverSchema).describe("The users who would be asked, in order"),
        }),
      )
      .describe("The rounds in their order; empty: no approval is needed"),
  })
  .meta({ id: "SubmissionPreview" });
export type SubmissionPreview = z.output<typeof SubmissionPreview>;

type Level = Pick<ApproverSettings, "approvers"> & { name: string };

/** A rule with its conditions checked for the record. */
interface CheckedRule {
  /** Left out: the rule has no legal review. */
  review?: { checks: readonly LevelCheck[]; approvers: ApproverSettings["approvers"] } | undefined;
  levels: readonly CheckedLevel<Level>[];
}

interface Submission<R extends BaseRecord> {
  collection: Collection<R>;
  record: R;
  /** Users who may not approve, in addition to the owner and the caller. */
  excludedIds: readonly string[];
}

/** Reads what the submission reads, and writes nothing. */
export async function previewSubmission<R extends BaseRecord>(
  submission: Submission<R>,
  { review, levels }: CheckedRule,
): Promise<SubmissionPreview> {
  const reached = findReachedLevel(levels)?.level;
  const checks = levels.find(({ level }) => level === reached)?.checks ?? [];
  const needsReview = review?.checks.some(({ holds }) => holds);
  const steps = await Promise.all([
    ...(review && needsReview ? [previewRound(submission, "LEGAL_REVIEW", { name: "Legal review", ...review })] : []),
    ...(reached ? [previewRound(submission, "APPROVAL", { ...reached, checks })] : []),
  ]);
  return { steps };
}

async function previewRound<R extends BaseRecord>(
  submission: Submission<R>,
  step: NeededRound["step"],
  { name, checks, approvers }: Level & { checks: readonly LevelCheck[] },
): Promise<SubmissionPreview["steps"][number]> {
  const found = await selectApprovers({ ...submission, approvers });
  const names = await Directory.loadNames(found.flatMap((approver) => approver?.id ?? []));
  return {
    step,
    level: name,
    conditions: [...explainChecks(checks).conditions],
    approvers: approvers.map((role, index) => {
      const id = found[index]?.id ?? null;
      return { role, id, name: id === null ? null : (names.get(id) ?? null) };
    }),
  };
}
