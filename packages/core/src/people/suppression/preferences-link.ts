import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { encryptLinkToken, type LinkHost, withEncryptedLink } from "../../platform/sign-in/encrypted-link.ts";
import { visitorHash } from "../../platform/sign-in/visitor.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { resolveAddress } from "./address.ts";
import type { Channel } from "./suppression.rules.ts";

/**
 * Links to the page on which recipients choose what they get. A link is about an address, even if another person has the address
 * now. It contains the channel and the address, encrypted; nothing is stored for it.
 */

export interface LinkPayload {
  channel: Channel;
  address: string;
  /** The message that contained the link. */
  message: string | null;
  /** The subscription type of the message; null: all marketing, as in links of earlier releases. */
  type: string | null;
  /** The time of the mail that asks to confirm consent to the type; null for other links. */
  confirms: string | null;
}

/** A link that is to be built; what is left out is null. */
export type LinkInput = Pick<LinkPayload, "channel" | "address"> & Partial<LinkPayload>;

const DAY_MS = 24 * 60 * 60 * 1000;
const LIFETIME_MS = 3650 * DAY_MS;
/** Payloads are padded to multiples of this length, so that a token does not reveal the length of the address. */
const PADDING_BYTES = 128;

const LINK_NAME = "reach";

/** Builds the URL of the preferences page for an address. */
export async function buildLink({ channel, address, message = null, type = null, confirms = null }: LinkInput): Promise<string> {
  const { point } = await resolveAddress(channel, address);
  const payload = JSON.stringify([channel, point.normalized, message, Clock.ms(), type, confirms]);
  const bytes = Buffer.byteLength(payload);
  const padded = payload + " ".repeat(Math.ceil(bytes / PADDING_BYTES) * PADDING_BYTES - bytes);
  return `${usePorts().origin}/u/${await encryptLinkToken(LINK_NAME, padded)}`;
}

/** Builds the headers for one-click unsubscribing in mail programs (RFC 8058, RFC 2369). */
export const buildUnsubscribeHeaders = (link: string): Record<string, string> => ({
  "List-Unsubscribe": `<${link}>`,
  "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
});

/** Links of earlier releases lack the last two. */
type StoredPayload = [
  channel: Channel,
  address: string,
  message: string | null,
  issuedAt: number,
  type?: string | null,
  confirms?: string | null,
];

/** Parses the payload of a link; undefined if the link has expired. */
function parsePayload(payload: string): LinkPayload | undefined {
  const [channel, address, message, issuedAt, type = null, confirms = null] = JSON.parse(payload) as StoredPayload;
  return issuedAt + LIFETIME_MS > Clock.ms() ? { channel, address, message, type, confirms } : undefined;
}

export type LinkVisit = LinkPayload & LinkHost;

/** Maximum number of choices in a minute for one address and visitor. */
const MAX_CHOICES_PER_MINUTE = 20;

const rateLimitKey = ({ channel, address }: LinkPayload): Promise<string> =>
  Vault.computeMac("reach", JSON.stringify([channel, address]));

/** Runs `work` for the payload of a link. Throws NOT_FOUND for any invalid link, without the reason. */
export const withLink = <T>(token: string, work: (open: LinkVisit) => Promise<T>): Promise<T> =>
  withEncryptedLink(
    token,
    { name: LINK_NAME, authority: "preferences_link", read: parsePayload, rateLimitKey: rateLimitKey, limits: [60, 600] },
    work,
  );

export const limitChoices = async (payload: LinkPayload): Promise<unknown> =>
  RateLimit.take(`${LINK_NAME}.choice.${await rateLimitKey(payload)}.${visitorHash()}`, MAX_CHOICES_PER_MINUTE);

export * as PreferencesLink from "./preferences-link.ts";
