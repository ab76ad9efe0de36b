import { type ApprovalLevel, type ApprovalNeed, toApprovalNeed } from "../../agreements/approval/approval-need.rules.ts";
import { findReachedLevel } from "../../agreements/approval/level.rules.ts";

/** Pure rules: whether a send needs approval, and by whom (docs/engagement/email-sends.md, Approval). */

/** A level is reached if one of its conditions holds. */
interface Level extends ApprovalLevel {
  /** Applies to every send. */
  every?: boolean | undefined;
  /** Applies if the audience has at least as many members. */
  recipients_from?: number | undefined;
}

/** Returns why a level is reached; empty if it is not. */
const listReasons = ({ every, recipients_from }: Level, recipients: number): string[] => [
  ...(every ? ["Every send requires approval"] : []),
  ...(recipients_from !== undefined && recipients >= recipients_from
    ? [`The audience has ${recipients} members and reaches the limit of ${recipients_from}`]
    : []),
];

/** Returns the last level that a send to so many recipients reaches. */
export const determineApprovalNeed = (levels: readonly Level[], recipients: number): ApprovalNeed =>
  toApprovalNeed(findReachedLevel(levels, (level) => listReasons(level, recipients)));
