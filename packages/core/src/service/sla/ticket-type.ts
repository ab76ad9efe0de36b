/** What it is about (seed 002, ticket_type); its category is the tenant's own. */
export const ticketTypes = [
  "QUESTION",
  "INCIDENT",
  "PROBLEM",
  "BUG_REPORT",
  "FEATURE_REQUEST",
  "BILLING_ISSUE",
  "ACCOUNT_ISSUE",
  "COMPLAINT",
  "OTHER",
] as const;
