/** Pure rules: purposes of messages, and the reasons that suppress an address (docs/people/suppression.md). */

export const purposes = ["marketing", "service", "security"] as const;
export type SendPurpose = (typeof purposes)[number];

/** The reasons why an address is suppressed. */
export const suppressionReasons = ["STOP", "UNSUBSCRIBED", "BOUNCED", "COMPLAINED", "BY_HAND"] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];

/** These also block service messages: the recipient asked for it, or the address does not work. */
const deliveryReasons: readonly SuppressionReason[] = ["STOP", "BOUNCED", "COMPLAINED"];

/** Lists the purposes for which nothing is sent to an address with these reasons. */
export const listRefusedPurposes = (suppressed: readonly SuppressionReason[]): SendPurpose[] =>
  purposes.filter(
    (purpose) =>
      purpose !== "security" && suppressed.some((reason) => purpose === "marketing" || deliveryReasons.includes(reason)),
  );

/**
 * Recipients can switch between `on` and `off`. For the others the page says what to do. `noted`: staff put the address on the
 * list, or a person with the address refuses. `stopped`: the recipient answered STOP. `bounced` and `complained`: reported by a
 * provider.
 */
export type ChannelState = "on" | "off" | "noted" | "stopped" | "bounced" | "complained";

/** `noted`: a person with the address refuses the type, which the recipient cannot change here. */
export type TypeState = "on" | "off" | "noted";
