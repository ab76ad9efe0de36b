import { aboutUser, type PersonalData, reach } from "../personal-data/declaration.ts";
import type { AvailabilityRecord } from "./availability.entity.ts";
import { USER } from "./user.kind.ts";

export const availability: PersonalData<AvailabilityRecord> = {
  purpose: "Assign work only to users who are at work.",
  subject: aboutUser(reach("user_id", USER)),
  fields: {
    user_id: "staff",
    capacity: "employment",
    timezone: "employment",
    working_hours: "employment",
    absences: { from: "employment", to: "employment", reassign: "employment", stand_in_id: "staff" },
    reassigned: "none",
    due_at: "none",
  },
};
