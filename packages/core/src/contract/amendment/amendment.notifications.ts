import { isId } from "../../kernel/id.ts";
import type { NotificationType } from "../../notification/type.ts";
import { USER } from "../../user/user.domain.ts";
import type { AmendmentRecord } from "./amendment.entity.ts";
import type { AmendmentStatus } from "./machine.rules.ts";

/** What is told of amendments: to the owner of the contract, and to who drew it. */

const words: Partial<Record<AmendmentStatus, string>> = {
  CUSTOMER_APPROVAL: "Amendment approved, now for the customer",
  SIGNING: "Amendment ready to be signed",
  SIGNED: "Amendment agreed",
  EFFECTIVE: "Amendment in effect",
  REJECTED: "Amendment rejected",
  WITHDRAWN: "Amendment withdrawn",
  VOID: "Amendment void",
};

const body = ({ status, effective_date, ended_because }: AmendmentRecord): string | null =>
  status === "SIGNED" ? `It takes effect on ${effective_date}` : (ended_because?.slice(0, 500) ?? null);

const told = {
  title: ({ status, amendment_number, title }) => `${words[status] ?? status}: ${amendment_number} ${title}`,
  body,
} satisfies Partial<NotificationType<AmendmentRecord>>;

export const toOwner: NotificationType<AmendmentRecord> = {
  recipient: ({ status, owner_id }) => (status in words ? owner_id : null),
  ...told,
};

/** Who drew it, where that is somebody else. */
export const toAuthor: NotificationType<AmendmentRecord> = {
  recipient: ({ status, owner_id, created_by }) =>
    status in words && created_by !== owner_id && isId(created_by, USER) ? created_by : null,
  ...told,
};
