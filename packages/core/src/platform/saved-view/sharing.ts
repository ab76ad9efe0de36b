/** The users who see a shared record besides its owner. */
export const sharings = ["PRIVATE", "TEAM", "EVERYONE"] as const;
