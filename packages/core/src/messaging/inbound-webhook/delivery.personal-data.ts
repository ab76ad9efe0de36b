import { aboutPerson, type PersonalData, reachAny } from "../../platform/personal-data/declaration.ts";
import type { DeliveryRecord } from "./delivery.entity.ts";

export const inboundDelivery: PersonalData<DeliveryRecord> = {
  purpose: "Work on data that services send, once each.",
  subject: aboutPerson(reachAny("record_id")),
  fields: {
    webhook_id: "none",
    provider: "none",
    external_id: "identifier",
    event_type: "none",
    subject: "free_text",
    status: "none",
    outcome: "free_text",
    record_id: "reference",
    reason: "free_text",
    held_for: "none",
    tries: "none",
    content_type: "none",
    query: "free_text",
    size: "none",
    sha256: "none",
    work_at: "none",
    settled_at: "none",
    expires_at: "none",
    sealed: "free_text",
  },
  sealedValues: { body: "free_text" },
  retention: "The data is deleted when the delivery is processed, the record after 90 days.",
  recipients: ["sender"],
};
