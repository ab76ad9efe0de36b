import { PERSON } from "../../people/person/person.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import type { AssignmentRecord, WaitRecord } from "./assignment.entity.ts";
import { LEAD } from "./lead.kind.ts";

export const assignment: PersonalData<AssignmentRecord> = {
  purpose: "Explain who works on a lead and why.",
  subject: aboutPerson(reach("lead_id", LEAD), reach("personal_key_id", PERSON)),
  fields: {
    lead_id: "reference",
    personal_key_id: "reference",
    from_owner_id: "staff",
    to_owner_id: "staff",
    method: "relationship",
    rule: "none",
    rule_name: "none",
    reason: "free_text",
    assigned_by: "staff",
    assigned_at: "relationship",
  },
};

export const leadWait: PersonalData<WaitRecord> = {
  purpose: "Assign leads again for which no user was free.",
  subject: aboutPerson(reach("lead_id", LEAD)),
  fields: {
    lead_id: "reference",
    owner_id: "staff",
    since: "relationship",
    next_at: "none",
  },
};
