/** For what messages are sent, and why an address gets none (docs/people/suppression.md). Pure. */

export const purposes = ["marketing", "service", "security"] as const;
export type SendPurpose = (typeof purposes)[number];

/** Why an address is suppressed. */
export const suppressionReasons = ["STOP", "UNSUBSCRIBED", "BOUNCED", "COMPLAINED", "BY_HAND"] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];

/** Of these a service message is kept back too: the address itself has said so, or is none. */
const deliveryReasons: readonly SuppressionReason[] = ["STOP", "BOUNCED", "COMPLAINED"];

/** For which purposes nothing is sent to an address that is suppressed so. */
export const listRefusedPurposes = (suppressed: readonly SuppressionReason[]): SendPurpose[] =>
  purposes.filter(
    (purpose) => purpose !== "security" && suppressed.some((each) => purpose === "marketing" || deliveryReasons.includes(each)),
  );
