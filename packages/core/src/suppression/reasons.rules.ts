/** For what messages are sent, and why an address gets none (docs/suppression.md). Pure. */

export const purposes = ["marketing", "service", "security"] as const;
export type SentFor = (typeof purposes)[number];

/** Why an address is suppressed. */
export const suppressions = ["STOP", "UNSUBSCRIBED", "BOUNCED", "COMPLAINED", "BY_HAND"] as const;
export type Suppression = (typeof suppressions)[number];

/** Of these a service message is kept back too: the address itself has said so, or is none. */
const ofChannel: readonly Suppression[] = ["STOP", "BOUNCED", "COMPLAINED"];

/** For which purposes nothing is sent to an address that is suppressed so. */
export const refusedFor = (suppressed: readonly Suppression[]): SentFor[] =>
  purposes.filter(
    (purpose) => purpose !== "security" && suppressed.some((each) => purpose === "marketing" || ofChannel.includes(each)),
  );
