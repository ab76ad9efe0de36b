import type { NotificationType } from "../notification/type.ts";
import type { LeadRecord } from "./lead.entity.ts";

/** What users are told of leads. */

const nameOf = ({ display_name, lead_number }: LeadRecord): string => display_name ?? lead_number;
const aboutLead = ({ lead_number, company }: LeadRecord): string => [lead_number, company].filter(Boolean).join(", ");

export const assigned: NotificationType<LeadRecord> = {
  chosenBy: "owner_id",
  recipient: (lead) => lead.owner_id,
  title: (lead) => `Lead assigned to you: ${nameOf(lead)}`,
  body: aboutLead,
};

export const followUpDue: NotificationType<LeadRecord> = {
  recipient: (lead) => (lead.follow_up_reminded_at === lead.next_contact_date && !lead.is_converted ? lead.owner_id : null),
  title: (lead) => `Follow-up due: ${nameOf(lead)}`,
  body: aboutLead,
};

export const converted: NotificationType<LeadRecord> = {
  recipient: (lead) => (lead.is_converted ? lead.owner_id : null),
  became: (lead) => (lead.is_converted ? lead.converted_opportunity_id : null),
  tellsActor: true,
  title: (lead) => `Lead converted: ${nameOf(lead)}`,
  body: aboutLead,
};
