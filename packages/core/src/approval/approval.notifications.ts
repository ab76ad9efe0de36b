import { isId } from "../kernel/id.ts";
import type { NotificationType } from "../notification/type.ts";
import { USER } from "../user/user.domain.ts";
import type { ApprovalRecord } from "./approval.entity.ts";

/** What users are told of approvals. */

const waits = ({ status, asked_id }: ApprovalRecord): string | null => (status === "pending" ? asked_id : null);
const why = ({ level, reasons }: ApprovalRecord): string => [level, ...reasons].join("\n");

export const asked: NotificationType<ApprovalRecord> = {
  recipient: waits,
  title: ({ title, stands_because }) =>
    `${stands_because === "ESCALATED" ? "Escalated to you" : "Your approval is asked for"}: ${title}`,
  body: why,
};

export const reminded: NotificationType<ApprovalRecord> = {
  recipient: waits,
  title: ({ title }) => `Still waits for your approval: ${title}`,
  body: why,
};

const words = { approved: "Approved", rejected: "Not approved", expired: "Approval has expired" } as const;
const isDecided = ({ status }: ApprovalRecord): boolean => status in words;
const told = {
  title: ({ status, title }: ApprovalRecord) => `${words[status as keyof typeof words]}: ${title}`,
  body: ({ comment }: ApprovalRecord) => comment,
};

/** Who submitted it. */
export const decided: NotificationType<ApprovalRecord> = {
  recipient: (approval) => (isDecided(approval) && isId(approval.requested_by, USER) ? approval.requested_by : null),
  ...told,
};

/** Its owner, of what somebody else has submitted. */
export const decidedOfOwn: NotificationType<ApprovalRecord> = {
  recipient: () => null,
  became: (approval) => (isDecided(approval) ? approval.subject_id : null),
  ...told,
};
