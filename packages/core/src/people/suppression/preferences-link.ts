import { Clock } from "../../kernel/clock.ts";
import { usePorts } from "../../kernel/context.ts";
import { RateLimit } from "../../platform/auth/rate-limit.ts";
import { encryptLinkToken, type LinkHost, withEncryptedLink } from "../../platform/sign-in/encrypted-link.ts";
import { visitorHash } from "../../platform/sign-in/visitor.ts";
import { Vault } from "../../storage/vault/vault.ts";
import { resolveAddress } from "./address.ts";
import type { Channel } from "./suppression.rules.ts";

/**
 * Links by which whoever has an address says what they want to be sent. They are about the address, whoever it belongs to by now: channel and
 * address stand in them, encrypted, and nothing is stored for them.
 */

export interface LinkPayload {
  channel: Channel;
  address: string;
  /** The message in which the link stood. */
  message: string | null;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const LIFETIME_MS = 3650 * DAY_MS;
/** Boxes are of so many lengths alone: one does not tell how long an address is. */
const PADDING_BYTES = 64;

const LINK_NAME = "reach";

/** The page at which somebody who was written to says what they want. */
export async function buildLink({
  channel,
  address,
  message = null,
}: Omit<LinkPayload, "message"> & { message?: string | null }): Promise<string> {
  const { point } = await resolveAddress(channel, address);
  const said = JSON.stringify([channel, point.normalized, message, Clock.ms()]);
  const bytes = Buffer.byteLength(said);
  const padded = said + " ".repeat(Math.ceil(bytes / PADDING_BYTES) * PADDING_BYTES - bytes);
  return `${usePorts().origin}/u/${await encryptLinkToken(LINK_NAME, padded)}`;
}

/** What lets a mail program unsubscribe by one press (RFC 8058, RFC 2369). */
export async function buildUnsubscribeHeaders(mail: {
  address: string;
  message?: string | null;
}): Promise<Record<string, string>> {
  const link = await buildLink({ channel: "email", ...mail });
  return { "List-Unsubscribe": `<${link}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };
}

/** Undefined for one that is too old. */
function parsePayload(said: string): LinkPayload | undefined {
  const [channel, address, message, at] = JSON.parse(said) as [Channel, string, string | null, number];
  return at + LIFETIME_MS > Clock.ms() ? { channel, address, message } : undefined;
}

export type LinkVisit = LinkPayload & LinkHost;

/** Choices a minute, of one place. */
const MAX_CHOICES_PER_MINUTE = 20;

const rateLimitKey = ({ channel, address }: LinkPayload): Promise<string> =>
  Vault.computeMac("reach", JSON.stringify([channel, address]));

/** Does `work` for what a link is about; NOT_FOUND for one that is not good, whyever. */
export const withLink = <T>(token: string, work: (open: LinkVisit) => Promise<T>): Promise<T> =>
  withEncryptedLink(token, { name: LINK_NAME, read: parsePayload, rateLimitKey: rateLimitKey, limits: [60, 600] }, work);

export const limitChoices = async (named: LinkPayload): Promise<unknown> =>
  RateLimit.take(`${LINK_NAME}.choice.${await rateLimitKey(named)}.${visitorHash()}`, MAX_CHOICES_PER_MINUTE);

export * as PreferencesLink from "./preferences-link.ts";
