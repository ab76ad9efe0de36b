import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { CaseRecord } from "./after-sales.entity.ts";

/** What users are told about after-sales cases. */

const titleOf = ({ rma_code, order_number }: CaseRecord): string => `${rma_code} (${order_number})`;

export const assigned: NotificationType<CaseRecord> = {
  recipientField: "owner_id",
  recipient: ({ owner_id }) => owner_id,
  title: (record) =>
    record.requested_by === "CUSTOMER"
      ? `A customer asks for a ${record.case_type.toLowerCase()}: ${titleOf(record)}`
      : `After-sales case assigned to you: ${titleOf(record)}`,
  body: ({ details }) => details,
};

export const overdue: NotificationType<CaseRecord> = {
  recipient: ({ owner_id }) => owner_id,
  includesActor: true,
  title: (record) => `After-sales case overdue: ${titleOf(record)}`,
  body: ({ overdue: levels }) =>
    levels.includes("RESOLUTION") ? "The case should have been resolved by now" : "The customer should have an answer by now",
};
