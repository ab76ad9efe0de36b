import type { KeyObject } from "node:crypto";
import { computeMac, isSameSecret } from "../../storage/vault/secret.ts";

/**
 * How an answer finds what it answers: mails that go out carry the id of their record, signed for its tenant, in the address that is
 * answered to and in the ids that answers name. So it is known without a read, and nobody makes one up.
 */

/** The local part of every tenant's address. */
export const SUPPORT_MAILBOX = "support";

export interface SigningContext {
  key: KeyObject;
  tenant: string;
}

/** So many letters of a signature, of 32 each: an address has no room for more, and a guess can be tried only by sending it. */
const SIGNATURE_LENGTH = 14;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** `tkt_…-<signature>`: lower case, as servers on the way may make it so anyway. */
export const buildToken = (id: string, { key, tenant }: SigningContext): string => `${id}-${computeSignature(key, tenant, id)}`;

const computeSignature = (key: KeyObject, tenant: string, id: string): string =>
  Array.from(Buffer.from(computeMac(key, tenant, id), "base64url").subarray(0, SIGNATURE_LENGTH), (byte) =>
    ALPHABET.charAt(byte & 31),
  ).join("");

const TOKEN_PATTERN = new RegExp(`^([a-z]{3}_[0-9a-z]{18,37})-([a-z2-7]{${SIGNATURE_LENGTH}})$`);

/** The id in a token that we have signed for this tenant. */
export function verifyToken(token: string, { key, tenant }: SigningContext): string | undefined {
  const [, id, given] = TOKEN_PATTERN.exec(token.toLowerCase()) ?? [];
  return id !== undefined && given !== undefined && isSameSecret(computeSignature(key, tenant, id), given) ? id : undefined;
}

/** The address that an answer to a mail about a record goes to; `host` is the tenant's, `acme.in.example`. */
export const replyAddress = (id: string, host: string, signing: SigningContext): string =>
  `${SUPPORT_MAILBOX}+${buildToken(id, signing)}@${host}`;

/** A Message-ID of a mail about a record, without its angles; the same for the same `message`. */
export const buildMessageId = (id: string, message: string, host: string, signing: SigningContext): string =>
  `${buildToken(id, signing)}.${message.replaceAll(/[^\w-]+/g, "").slice(0, 64)}@${host}`;

/** Which message a Message-ID of ours names, as `messageIdOf` was told; undefined of another. */
export const parseOwnMessageId = (messageId: string): string | undefined => /^[^.@]+\.([\w-]{1,64})@/.exec(messageId)?.[1];

/** Where an address of ours leads: whose it is, and with which token. */
export interface Mailbox {
  slug: string;
  token: string | null;
}

/** The same, with whom it names there. */
export interface NamedMailbox extends Mailbox {
  name: string;
}

/** Of an address that is that of tickets; undefined of any other. */
export function parseMailbox(address: string, domain: string): Mailbox | undefined {
  const { name, ...mailbox } = parseInboundAddress(address, domain) ?? {};
  return name === SUPPORT_MAILBOX ? (mailbox as Mailbox) : undefined;
}

/** Of an address below our domain; undefined of any other. */
export function parseInboundAddress(address: string, domain: string): NamedMailbox | undefined {
  const at = address.lastIndexOf("@");
  const [local, host] = [address.slice(0, at).toLowerCase(), address.slice(at + 1).toLowerCase()];
  const slug = host.endsWith(`.${domain.toLowerCase()}`) ? host.slice(0, -domain.length - 1) : "";
  const [name, token = null] = local.split(/\+(.*)/s, 2);
  return name && /^[a-z0-9][a-z0-9-]{0,62}$/.test(slug) ? { slug, token, name } : undefined;
}

/** A record that a mail may answer, and what proves it. */
export interface ThreadCandidate {
  readonly id: string;
  readonly proof: "address" | "message_id";
}

/**
 * The records that a mail answers, each once: of the addresses that it came to first, then of the mails that it names, the newest
 * first. Who knows of such a mail has received it, or was shown it: whether its sender takes part is for the caller to ask.
 */
export function listThreadCandidates(
  { recipients, in_reply_to }: { recipients: readonly string[]; in_reply_to: readonly string[] },
  signing: SigningContext,
): ThreadCandidate[] {
  const tokens = [
    ...recipients.map((address) => [address.slice(0, address.lastIndexOf("@")).split(/\+(.*)/s, 2)[1] ?? "", "address"] as const),
    ...in_reply_to.map((id) => [id.slice(0, id.lastIndexOf("@")).split(".")[0] ?? "", "message_id"] as const),
  ];
  const found = new Map<string, ThreadCandidate>();
  for (const [token, proof] of tokens) {
    const id = verifyToken(token, signing);
    if (id !== undefined && !found.has(id)) found.set(id, { id, proof });
  }
  return [...found.values()];
}
