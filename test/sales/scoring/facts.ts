import type { Facts } from "@crm/core/sales/scoring/facts.ts";

/** The day for which the test cases are scored. */
export const TODAY = "2026-11-20";

/** Facts of a person about whom nothing is known. */
export const unknownPerson: Facts = {
  today: TODAY,
  job_title: null,
  is_business: false,
  employees: null,
  industries: [],
  revenue: null,
  date_of_birth: null,
  education_level: null,
  interactions: 0,
  days: [],
};

/** Interactions on a day, by type and number. */
export const interactionsOn = (day: string, types: Record<string, number>) => ({
  day,
  all: Object.values(types).reduce((sum, times) => sum + times, 0),
  types,
});
