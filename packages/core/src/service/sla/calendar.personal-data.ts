import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { CalendarRecord } from "./calendar.entity.ts";

export const supportCalendar: PersonalData<CalendarRecord> = {
  purpose: "Count working hours of support.",
  subject: undefined,
  fields: {
    name: "none",
    description: "none",
    timezone: "none",
    hours: "none",
    holidays: "none",
    extra_days: "none",
    holiday_country: "none",
    holiday_region: "none",
    public_holidays: "none",
  },
};
