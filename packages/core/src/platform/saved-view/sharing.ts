/** Who sees a shared record, beside its owner. */
export const sharings = ["PRIVATE", "TEAM", "EVERYONE"] as const;
