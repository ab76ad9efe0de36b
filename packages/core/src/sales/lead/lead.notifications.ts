import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { LeadRecord } from "./lead.entity.ts";

/** Notifications about leads. */

const leadName = ({ display_name, lead_number }: LeadRecord): string => display_name ?? lead_number;
const describeLead = ({ lead_number, company }: LeadRecord): string => [lead_number, company].filter(Boolean).join(", ");

export const assigned: NotificationType<LeadRecord> = {
  recipientField: "owner_id",
  recipient: (lead) => lead.owner_id,
  title: (lead) => `Lead assigned to you: ${leadName(lead)}`,
  body: describeLead,
};

export const followUpDue: NotificationType<LeadRecord> = {
  recipient: (lead) => (lead.follow_up_reminded_at === lead.next_contact_date && !lead.is_converted ? lead.owner_id : null),
  title: (lead) => `Follow-up due: ${leadName(lead)}`,
  body: describeLead,
};

export const converted: NotificationType<LeadRecord> = {
  recipient: (lead) => (lead.is_converted ? lead.owner_id : null),
  successorId: (lead) => (lead.is_converted ? lead.converted_opportunity_id : null),
  includesActor: true,
  title: (lead) => `Lead converted: ${leadName(lead)}`,
  body: describeLead,
};
