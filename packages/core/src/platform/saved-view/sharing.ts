/** Who sees what somebody keeps for themselves and others. */
export const sharings = ["PRIVATE", "TEAM", "EVERYONE"] as const;
