import { memoize } from "../../kernel/memoize.ts";
import { fold } from "../../kernel/text.ts";

/** A contact point in normalized form, for comparison. */
export interface NormalizedPoint {
  type: "email" | "phone" | "social";
  /** As typed. */
  value: string;
  /** A lower-case email address; a telephone number as E.164, with an extension after `;ext=`; or `platform:account`. */
  normalized: string;
  /** For accounts: the platform fields as typed. */
  platform?: SocialPlatform;
}

const platformFields = ["platform_name", "platform_user_id", "platform_page_id", "platform_profile_url"] as const;

/** The platform of an account. The platform's own id distinguishes people of the same name. */
type SocialPlatform = Record<(typeof platformFields)[number], string | null>;

/** An account as typed. */
export type SocialAccount = { contact_value: string } & { [K in keyof SocialPlatform]?: string | null | undefined };

const EMAIL_PATTERN = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

export function parseEmailPoint(value: string | null | undefined): NormalizedPoint | undefined {
  const normalized = value?.trim().normalize("NFC").toLowerCase() ?? "";
  return EMAIL_PATTERN.test(normalized) ? { type: "email", value: value as string, normalized } : undefined;
}

/** The telephone number rules contain the numbering plans of all countries. */
const phoneRules = memoize(() => import("./phone.rules.ts"));

/** Parses a telephone number with phone.rules.ts, which is loaded with the first number. */
export const parsePhonePoint = async (value: string | null | undefined, country: string): Promise<NormalizedPoint | undefined> =>
  value?.trim() ? (await phoneRules()).parsePhonePoint(value, country) : undefined;

/** Parses a number that can receive text messages: E.164, without an extension. */
export async function parseSmsNumber(value: string | null | undefined, country: string): Promise<string | undefined> {
  const number = (await parsePhonePoint(value, country))?.normalized;
  return number?.includes(";") ? undefined : number;
}

/** Parses an account: by the platform's own id, or else its page, its address or its name. */
export function parseSocialPoint({ contact_value, ...typed }: SocialAccount): NormalizedPoint | undefined {
  const { platform_user_id, platform_page_id, platform_profile_url } = typed;
  const platform = fold(typed.platform_name ?? "").trim();
  // User ids are unique only within a page, so the page id is included.
  const id = platform_user_id ? [platform_page_id, platform_user_id].filter(Boolean).join("/") : undefined;
  const account = id ?? normalizeAccount(platform_profile_url ?? "") ?? normalizeAccount(contact_value);
  if (!platform || !account) return undefined;
  const lives = Object.fromEntries(platformFields.map((field) => [field, typed[field] ?? null])) as SocialPlatform;
  return { type: "social", value: contact_value, normalized: `${platform}:${account}`, platform: lives };
}

/** For example `https://www.linkedin.com/in/Jane-Doe/?x=1` gives `in/jane-doe`, and `@jane` gives `jane`. */
function normalizeAccount(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const account = url ? url.pathname : text;
  return (
    account
      .trim()
      .replace(/^@|^\/+|\/+$/g, "")
      .toLowerCase() || undefined
  );
}

/** Parses typed contact points and removes duplicates. The order is that in which they identify a person: emails, phones, accounts. */
export async function parsePoints(
  typed: {
    emails: readonly (string | null | undefined)[];
    phones: readonly (string | null | undefined)[];
    accounts?: readonly SocialAccount[] | undefined;
  },
  country: string,
): Promise<NormalizedPoint[]> {
  const { emails, phones, accounts = [] } = typed;
  const numbers = await Promise.all(phones.map((phone) => parsePhonePoint(phone, country)));
  const points = [...emails.map(parseEmailPoint), ...numbers, ...accounts.map(parseSocialPoint)];
  return distinctPoints(points.filter((point) => point !== undefined));
}

export const distinctPoints = (points: readonly NormalizedPoint[]): NormalizedPoint[] => [
  ...new Map(points.map((point) => [`${point.type}:${point.normalized}`, point])).values(),
];

/** Mail providers whose domains do not tell where a person works. */
const freeMailDomains = new Set(
  (
    "gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.fr yahoo.de ymail.com hotmail.com hotmail.co.uk hotmail.fr outlook.com " +
    "outlook.de outlook.fr live.com msn.com aol.com icloud.com me.com mac.com mail.com email.com gmx.com gmx.de gmx.net gmx.at " +
    "gmx.ch web.de t-online.de freenet.de proton.me protonmail.com pm.me tutanota.com zoho.com yandex.com yandex.ru mail.ru " +
    "inbox.ru bk.ru list.ru rambler.ru qq.com 163.com 126.com sina.com naver.com daum.net hanmail.net orange.fr wanadoo.fr " +
    "laposte.net free.fr sfr.fr libero.it virgilio.it tiscali.it alice.it terra.com.br uol.com.br bol.com.br skynet.be " +
    "telenet.be proximus.be ziggo.nl kpnmail.nl planet.nl xs4all.nl bluewin.ch comcast.net verizon.net att.net sbcglobal.net " +
    "bellsouth.net cox.net charter.net shaw.ca rogers.com bigpond.com optusnet.com.au rediffmail.com seznam.cz wp.pl o2.pl " +
    "onet.pl interia.pl fastmail.com hey.com duck.com"
  ).split(" "),
);

/** Returns the company domain of an email address; undefined for free mail providers. */
export function companyDomain(email: string | null | undefined): string | undefined {
  const domain = parseEmailPoint(email)?.normalized.split("@").at(-1);
  return domain && !freeMailDomains.has(domain) ? domain : undefined;
}

/** Returns a name in comparable form; null without a name. */
export const comparableName = (first: string | null | undefined, last: string | null | undefined): string | null =>
  fold(`${first ?? ""} ${last ?? ""}`)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim() || null;
