import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { RenewalRecord } from "./renewal.entity.ts";

/** Notifications about renewals, for the owners of contracts. */

const contractRecipient = (status: RenewalRecord["status"]) => ({
  recipient: () => null,
  successorId: (renewal: RenewalRecord) => (renewal.status === status ? renewal.contract_id : null),
});

export const proposed: NotificationType<RenewalRecord> = {
  ...contractRecipient("PROPOSED"),
  title: ({ contract_number, end_date }) => `Renewal due: ${contract_number} ends on ${end_date}`,
  body: ({ reason }) => reason,
};

export const planned: NotificationType<RenewalRecord> = {
  ...contractRecipient("PLANNED"),
  title: ({ contract_number, next }) => `Renewed: ${contract_number}${next ? ` until ${next.end_date}` : ""}`,
  body: ({ end_date }) => `The present term ends on ${end_date}`,
};
