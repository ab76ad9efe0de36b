import { aboutPerson, type PersonalData, reachAny } from "../../platform/personal-data/declaration.ts";
import type { AttemptRecord } from "./attempt.entity.ts";

export const webhookAttempt: PersonalData<AttemptRecord> = {
  purpose: "Show administrators which calls of their endpoints failed.",
  subject: aboutPerson(reachAny("record_id")),
  fields: {
    endpoint_id: "none",
    event_id: "none",
    event_type: "none",
    record_id: "reference",
    reason: "none",
    outcome: "none",
    status: "none",
    duration_ms: "none",
    answer: "free_text",
    sent_at: "none",
  },
  retention: "90 days, then deleted by expiry.",
};
