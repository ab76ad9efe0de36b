import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { NumberRecord } from "./number.entity.ts";

export const smsNumber: PersonalData<NumberRecord> = {
  purpose: "Send and receive text messages by the tenant's numbers.",
  subject: undefined,
  fields: {
    number: "none",
    account_id: "none",
    capabilities: "none",
    messages_per_second: "none",
    is_active: "none",
    is_default: "none",
    inbound_makes: "none",
    inbound_team_id: "none",
    inbound_owner_id: "staff",
    inbound_source_id: "none",
    sender_id: "none",
  },
};
