import type { Facts } from "@crm/core/sales/scoring/facts.ts";

/** The day on which the tables of cases are scored. */
export const TODAY = "2026-11-20";

/** Of whom nothing is known. */
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

/** As many interactions of types as said, on a day. */
export const interactionsOn = (day: string, types: Record<string, number>) => ({
  day,
  all: Object.values(types).reduce((sum, times) => sum + times, 0),
  types,
});
