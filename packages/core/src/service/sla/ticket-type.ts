/** The fixed types of tickets. Categories are defined by the tenant. */
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
