import { WORKFLOW_ENROLLMENT } from "../../engagement/workflow/workflow.kind.ts";
import { isId } from "../../kernel/id.ts";
import type { NotificationType } from "../../platform/notification/notification-type.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { ApprovalRecord } from "./approval.entity.ts";

/** Notifications about approvals. */

const pendingApproverId = ({ status, asked_id }: ApprovalRecord): string | null => (status === "pending" ? asked_id : null);
const formatReasons = ({ level, reasons }: ApprovalRecord): string => [level, ...reasons].join("\n");

export const requestNotification: NotificationType<ApprovalRecord> = {
  recipient: pendingApproverId,
  title: ({ title, stands_because }) =>
    `${stands_because === "ESCALATED" ? "Escalated to you" : "Your approval is requested"}: ${title}`,
  body: formatReasons,
};

export const reminderNotification: NotificationType<ApprovalRecord> = {
  recipient: pendingApproverId,
  title: ({ title }) => `Still waiting for your approval: ${title}`,
  body: formatReasons,
};

const statusTitles = { approved: "Approved", rejected: "Not approved", expired: "Approval has expired" } as const;
const isDecided = ({ status }: ApprovalRecord): boolean => status in statusTitles;
const decisionText = {
  title: ({ status, title }: ApprovalRecord) => `${statusTitles[status as keyof typeof statusTitles]}: ${title}`,
  body: ({ comment }: ApprovalRecord) => comment,
};

/** The user who submitted the subject. A workflow submits records by itself, so its owner is not notified of each. */
const readSubmitterId = ({ requested_by, subject_type }: ApprovalRecord): string | null =>
  isId(requested_by, USER) && subject_type !== WORKFLOW_ENROLLMENT.name ? requested_by : null;

/** Goes to the user who submitted the subject. */
export const decisionNotification: NotificationType<ApprovalRecord> = {
  recipient: (approval) => (isDecided(approval) ? readSubmitterId(approval) : null),
  ...decisionText,
};

/** Goes to the owner of the subject, if another user submitted it. */
export const ownerDecisionNotification: NotificationType<ApprovalRecord> = {
  recipient: () => null,
  successorId: (approval) => (isDecided(approval) ? approval.subject_id : null),
  ...decisionText,
};
