import type { Translate } from "../../../ui/i18n/use-text.ts";
import type { Hue } from "../../../ui/kit/hue.ts";
import type { Made } from "./send-rules.ts";

/** How the sends of a campaign are described to users. */

export const sendHues: Readonly<Record<string, Hue>> = {
  DRAFT: "gray",
  PENDING_APPROVAL: "yellow",
  SCHEDULED: "blue",
  SENDING: "blue",
  SENT: "green",
  CANCELLED: "red",
};

/** Says why persons got no message, by the code of the API. */
export function nameReason(reason: string, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    no_address: t("No address for this channel"),
    restricted: t("Their data are restricted"),
    opted_out: t("Opted out"),
    bounced: t("Messages came back"),
    excluded: t("In an excluded segment"),
    duplicate: t("Another person has the same address"),
    missing_field: t("A merge field has no value"),
    unsendable: t("The message to them would be invalid"),
    not_visible: t("Not visible to you"),
  };
  return names[reason] ?? t("Other reasons");
}

export const nameChannel = (channel: unknown, t: Translate): string => (channel === "sms" ? t("Text message") : t("Email"));

/** Says what the form of a mail made. */
export function nameMade(made: Made, t: Translate): string {
  if (made === "test") return t("The test was started");
  return made === "send" ? t("The send was started") : t("The draft was saved");
}
