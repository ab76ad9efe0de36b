import { type ApprovalLevel, type ApprovalNeed, toApprovalNeed } from "../../agreements/approval/approval-need.rules.ts";
import { type CheckedLevel, checkFlag, findReachedLevel, type LevelCheck } from "../../agreements/approval/level.rules.ts";

/** Pure rules: whether a send needs approval, and by whom (docs/engagement/email-sends.md, Approval). */

/** A level is reached if one of its conditions holds. */
interface Level extends ApprovalLevel {
  /** Applies to every send. */
  every?: boolean | undefined;
  /** Applies if the audience has at least as many members. */
  recipients_from?: number | undefined;
}

/** Compares the number of recipients with the conditions of a level. */
const checkLevel = ({ every, recipients_from }: Level, recipients: number): LevelCheck[] => [
  ...(every ? [checkFlag("every", null, true, "Every send requires approval")] : []),
  ...(recipients_from === undefined
    ? []
    : [
        {
          ...{ condition: "recipients_from", field: "recipients", value: String(recipients), limit: String(recipients_from) },
          currency: null,
          holds: recipients >= recipients_from,
          reason: `The audience has ${recipients} members. Approval is needed from ${recipients_from}.`,
        },
      ]),
];

/** Returns the levels with the checks of their conditions. */
export const checkLevels = (levels: readonly Level[], recipients: number): CheckedLevel<Level>[] =>
  levels.map((level) => ({ level, checks: checkLevel(level, recipients) }));

/** Returns whether an approval of one level also covers another one: the same, or one before it. A level that the rule no longer has covers itself alone. */
export function coversLevel(levels: readonly Pick<Level, "name">[], approved: string | null, needed: string): boolean {
  if (approved === needed) return true;
  return levels.findIndex(({ name }) => name === approved) > levels.findLastIndex(({ name }) => name === needed);
}

/** Returns the last level that a send to so many recipients reaches. */
export const determineApprovalNeed = (levels: readonly Level[], recipients: number): ApprovalNeed =>
  toApprovalNeed(findReachedLevel(checkLevels(levels, recipients)));
