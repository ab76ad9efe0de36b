import { aboutPerson, aboutUser, type PersonalData, reach, reachAny } from "../personal-data/declaration.ts";
import { USER } from "../user/user.kind.ts";
import type { NotificationRecord } from "./notification.entity.ts";

export const notification: PersonalData<NotificationRecord, "subject"> = {
  purpose: "Tell users about events that concern them.",
  subject: aboutUser(reach("user_id", USER)),
  others: { subject: aboutPerson(reachAny("record_id")) },
  fields: {
    user_id: "staff",
    type: "communication",
    title: "subject:free_text",
    body: "subject:free_text",
    record_kind: "none",
    record_id: "subject:reference",
    actor_id: "staff",
    read_at: "communication",
    unread_by: "staff",
    unread_since: "communication",
    expires_at: "none",
  },
  retention: "90 days, then deleted by expiry.",
  recipients: ["mail"],
};
