/** How often a contract is billed. */
export const billingFrequencies = ["MONTHLY", "QUARTERLY", "ANNUALLY", "ONE_TIME"] as const;
export type BillingFrequency = (typeof billingFrequencies)[number];
