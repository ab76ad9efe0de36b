import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import type { AuditEntry } from "../../storage/stream/audit-trail.ts";
import { aboutPerson, aboutUser, type PersonalData, reach, reachAny } from "../personal-data/declaration.ts";
import { USER } from "../user/user.kind.ts";

export const audit: PersonalData<AuditEntry, "actor"> = {
  purpose: "Prove who changed which data, and when (accountability, Art. 5(2) GDPR).",
  subject: aboutPerson(reachAny("record_id"), reach("customer_id", CUSTOMER)),
  others: { actor: aboutUser(reach("user_id", USER)) },
  fields: {
    record_id: "reference",
    record_type: "none",
    operation: "actor:behavior",
    old_values: "free_text",
    new_values: "free_text",
    changed: "none",
    record_version: "none",
    user_id: "staff",
    actor_type: "none",
    session_id: "actor:technical",
    request_id: "actor:technical",
    ip_address: "actor:technical",
    user_agent: "actor:technical",
    change_reason: "free_text",
    customer_id: "reference",
    data_sensitivity: "none",
    changed_at: "actor:behavior",
  },
  retention: "90 days in the table (`CRM_AUDIT_DAYS`), then in the object store without limit.",
};
