import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { SendRecord } from "./email-send.entity.ts";

export const emailSend: PersonalData<SendRecord> = {
  purpose: "Send one mail to many persons of a segment or list.",
  subject: undefined,
  fields: {
    name: "none",
    campaign_id: "none",
    segment_id: "none",
    contact_list_id: "none",
    template_id: "none",
    sender_id: "none",
    subscription_type: "none",
    owner_id: "staff",
    send_status: "none",
    scheduled_send_time: "none",
    scheduled_by: "staff",
    recipients_count: "none",
    passed_over_count: "none",
    started_at: "none",
    finished_at: "none",
    error: "none",
    turn: "none",
    attention_at: "none",
  },
  recipients: ["mail"],
};
