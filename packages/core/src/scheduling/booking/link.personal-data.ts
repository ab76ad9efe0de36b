import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { LinkRecord } from "./link.entity.ts";

export const bookingLink: PersonalData<LinkRecord> = {
  purpose: "Let persons book time with users.",
  subject: undefined,
  fields: {
    name: "none",
    description: "none",
    is_active: "none",
    activity_type_id: "none",
    meeting_type_id: "none",
    location: "none",
    durations_minutes: "none",
    buffer_before_minutes: "none",
    buffer_after_minutes: "none",
    minimum_notice_hours: "none",
    horizon_days: "none",
    max_per_day: "none",
    hours: "none",
    host_ids: "staff",
    questions: "none",
    owner_id: "staff",
    token: "none",
  },
  recipients: ["public"],
};
