/**
 * The UTM parameters of links and pages: where a visitor came from (docs/messaging/mail-tracking.md). They come from visitors, so any value is accepted
 * and shortened, and none is an error. The names are those of https://support.google.com/analytics/answer/10917952. Pure.
 */

export const utmNames = ["utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"] as const;
type UtmName = (typeof utmNames)[number];

/** The parameters that have a value. */
export type Utm = Partial<Record<UtmName, string>>;

/** Maximum characters of a value. Longer values are cut. */
export const MAX_UTM_LENGTH = 255;

/** Returns the value as one line without surrounding spaces; undefined if it is empty or no text. The first of several values counts. */
export function normalizeUtm(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first !== "string" && typeof first !== "number") return undefined;
  // Cut before the work on the text, because a visitor may send a long one.
  const line = String(first)
    .slice(0, 4 * MAX_UTM_LENGTH)
    .toWellFormed()
    .normalize("NFC")
    .replaceAll(/[\p{Cc}\s]+/gu, " ")
    .trim();
  return Array.from(line).slice(0, MAX_UTM_LENGTH).join("").trim() || undefined;
}

const RELATIVE_BASE = "https://page.invalid";

/** Returns the UTM parameters of an address, which may be relative. */
function parseUtm(address: unknown): Utm {
  if (typeof address !== "string" || !URL.canParse(address, RELATIVE_BASE)) return {};
  const { searchParams } = new URL(address, RELATIVE_BASE);
  return pickUtm((name) => searchParams.get(name));
}

function pickUtm(read: (name: UtmName) => unknown): Utm {
  const values = utmNames.flatMap((name) => {
    const value = normalizeUtm(read(name));
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(values);
}

/** Returns the UTM parameters of a visit: its fields, or else those of the first address that has any. Values of two visits are never mixed. */
export function readUtm(fields: Readonly<Record<string, unknown>>, addresses: readonly unknown[]): Utm {
  const candidates = [pickUtm((name) => (Object.hasOwn(fields, name) ? fields[name] : undefined)), ...addresses.map(parseUtm)];
  return candidates.find((utm) => Object.keys(utm).length > 0) ?? {};
}

/** Returns the address with the parameters that its query lacks. All other bytes stay, also those of the query and of the fragment. */
export function appendUtm(address: string, utm: Utm): string {
  const hash = address.indexOf("#");
  const [page, fragment] = hash === -1 ? [address, ""] : [address.slice(0, hash), address.slice(hash)];
  const mark = page.indexOf("?");
  const query = mark === -1 ? "" : page.slice(mark + 1);
  const present = new URLSearchParams(query);
  const added = Object.entries(utm).filter(([name]) => !present.has(name));
  if (added.length === 0) return address;
  const separator = mark === -1 ? "?" : query === "" || query.endsWith("&") ? "" : "&";
  return page + separator + added.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&") + fragment;
}

/** Codes of marketing channels by the usual values of `utm_medium`. Other values are compared with the codes themselves. */
const channelByMedium: Readonly<Record<string, string>> = {
  ...{ "e-mail": "email", newsletter: "email", text: "sms" },
  ...{ cpc: "search_ads", ppc: "search_ads", paidsearch: "search_ads", paid_search: "search_ads", sem: "search_ads" },
  ...{ display: "display_ads", banner: "display_ads", cpm: "display_ads" },
  ...{ paid_social: "social_ads", paidsocial: "social_ads", "paid-social": "social_ads" },
  ...{ social: "social_media", "social-media": "social_media", "social-network": "social_media" },
  ...{ organic: "organic_search", seo: "organic_search", affiliate: "partner", print: "print_and_broadcast" },
};

/** Returns the code of the marketing channel that a medium means, which the organization may not have. */
export function resolveChannelCode(medium: string): string {
  const key = medium.trim().toLowerCase();
  return Object.hasOwn(channelByMedium, key) ? (channelByMedium[key] ?? key) : key;
}
