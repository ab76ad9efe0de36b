import { aboutUser, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { ScheduleRecord } from "./report-schedule.entity.ts";

export const reportSchedule: PersonalData<ScheduleRecord> = {
  purpose: "Send reports to users by mail, at times that a user chose.",
  subject: aboutUser(reach("owner_id", USER)),
  fields: {
    report_id: "none",
    owner_id: "staff",
    frequency: "preference",
    time: "preference",
    weekday: "preference",
    month_day: "preference",
    recipients: "staff",
    format: "preference",
    is_active: "preference",
    next_at: "none",
    last_due_at: "none",
    skipped: { user_id: "staff", due_at: "none", reason: "none" },
  },
};
