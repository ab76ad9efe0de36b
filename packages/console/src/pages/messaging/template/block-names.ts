import type { Translate } from "../../../ui/i18n/use-text.ts";

/** The names of blocks and their fields, as users read them. */

export function nameBlock(type: string, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    heading: t("Heading"),
    text: t("Text"),
    image: t("Image"),
    button: t("Button"),
    columns: t("Columns"),
    products: t("Products"),
    social: t("Social networks"),
    divider: t("Divider"),
    spacer: t("Space"),
    footer: t("Footer"),
  };
  return names[type] ?? type;
}

/** What a layout is for, by its key. */
export function nameStarter(key: string, fallback: string, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    newsletter: t("Newsletter"),
    product_announcement: t("Product announcement"),
    event_invitation: t("Event invitation"),
    webinar: t("Webinar"),
    welcome: t("Welcome"),
    offer: t("Offer"),
    survey: t("Survey"),
    reengagement: t("Re-engagement"),
    order_follow_up: t("Order follow-up"),
    letter: t("Plain letter"),
  };
  return names[key] ?? fallback;
}

/** What the check of a mail found, by its code. The server adds the address or the field. */
export function nameFinding(code: string, fallback: string, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    unfilled_merge_field: t("A merge field has no value"),
    placeholder_address: t("An address is still the example of the layout"),
    broken_link: t("A link has an address that leads nowhere"),
    insecure_link: t("A link leads to a page without encryption"),
    missing_alt: t("An image has no alternative text"),
    no_postal_address: t("The postal address of the sender is missing"),
    too_large: t("The mail is larger than 100 kB"),
    no_unsubscribe: t("The link to unsubscribe has no place of its own"),
    no_text: t("The mail has no words"),
    dead_link: t("A link does not work"),
    unchecked_link: t("A link was not checked"),
    outdated_brand: t("The brand changed: save the mail again"),
  };
  return names[code] ?? fallback;
}

/** Names of companies are not translated. */
export const networks: Readonly<Record<string, string>> = {
  bluesky: "Bluesky",
  facebook: "Facebook",
  instagram: "Instagram",
  kakaotalk: "KakaoTalk",
  line: "LINE",
  linkedin: "LinkedIn",
  mastodon: "Mastodon",
  pinterest: "Pinterest",
  telegram: "Telegram",
  threads: "Threads",
  tiktok: "TikTok",
  wechat: "WeChat",
  whatsapp: "WhatsApp",
  x: "X",
  xing: "XING",
  youtube: "YouTube",
};
