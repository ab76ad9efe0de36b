/** How often a contract is billed (seed 001, contracts.billing_frequency). */
export const billingFrequencies = ["MONTHLY", "QUARTERLY", "ANNUALLY", "ONE_TIME"] as const;
export type BillingFrequency = (typeof billingFrequencies)[number];
