import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import type { OutcomeRecord } from "./sla-outcome.entity.ts";
import { TICKET } from "./ticket.kind.ts";

export const slaOutcome: PersonalData<OutcomeRecord> = {
  purpose: "Measure whether response times were met.",
  subject: aboutPerson(reach("ticket_id", TICKET), reach("customer_id", CUSTOMER)),
  fields: {
    ticket_id: "reference",
    metric: "relationship",
    state: "relationship",
    policy_id: "none",
    agent_id: "staff",
    team_id: "none",
    category_id: "none",
    priority_id: "none",
    customer_id: "reference",
    started_at: "relationship",
    due_at: "none",
    stopped_at: "relationship",
    judged_at: "relationship",
    target_seconds: "none",
    over_seconds: "none",
    judged_day: "none",
  },
};
