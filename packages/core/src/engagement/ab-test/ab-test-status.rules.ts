/** The statuses of A/B tests, and the parts of a mail that can be tested (docs/engagement/campaigns.md). Pure. */

export const abTestStatuses = ["DRAFT", "RUNNING", "DECIDED", "INCONCLUSIVE", "FAULTY", "CANCELLED"] as const;
export type AbTestStatus = (typeof abTestStatuses)[number];

/** The part of the mail in which the variants differ. */
export const testedParts = ["subject", "content", "sender", "time"] as const;
export type TestedPart = (typeof testedParts)[number];

export const successMetrics = ["click_rate", "response_rate", "conversion_rate", "open_rate"] as const;
export type SuccessMetric = (typeof successMetrics)[number];

/** Returns whether a metric can only be counted in tracked mails. */
export const needsTracking = (metric: SuccessMetric): boolean => metric === "click_rate" || metric === "open_rate";

/** Ids of variants, by position. */
export const variantIds = ["A", "B", "C", "D", "E"] as const;
export type VariantId = (typeof variantIds)[number];
