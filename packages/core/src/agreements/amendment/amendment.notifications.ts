import { isId } from "../../kernel/id.ts";
import type { NotificationType } from "../../platform/notification/notification-type.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { AmendmentRecord } from "./amendment.entity.ts";
import type { AmendmentStatus } from "./status.rules.ts";

/** Notifications about amendments, for the owner of the contract and for the author of the amendment. */

const statusTitles: Partial<Record<AmendmentStatus, string>> = {
  CUSTOMER_APPROVAL: "Amendment approved, now waiting for the customer",
  SIGNING: "Amendment ready to be signed",
  SIGNED: "Amendment agreed",
  EFFECTIVE: "Amendment in effect",
  REJECTED: "Amendment rejected",
  WITHDRAWN: "Amendment withdrawn",
  VOID: "Amendment void",
};

const formatBody = ({ status, effective_date, ended_because }: AmendmentRecord): string | null =>
  status === "SIGNED" ? `Takes effect on ${effective_date}` : (ended_because?.slice(0, 500) ?? null);

const notificationText = {
  title: ({ status, amendment_number, title }) => `${statusTitles[status] ?? status}: ${amendment_number} ${title}`,
  body: formatBody,
} satisfies Partial<NotificationType<AmendmentRecord>>;

export const ownerNotification: NotificationType<AmendmentRecord> = {
  recipient: ({ status, owner_id }) => (status in statusTitles ? owner_id : null),
  ...notificationText,
};

/** Goes to the author, unless the author is also the owner. */
export const authorNotification: NotificationType<AmendmentRecord> = {
  recipient: ({ status, owner_id, created_by }) =>
    status in statusTitles && created_by !== owner_id && isId(created_by, USER) ? created_by : null,
  ...notificationText,
};
