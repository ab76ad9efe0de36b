import type { KeyObject } from "node:crypto";
import { computeMac, isSameSecret, type Keyring } from "../../storage/vault/secret.ts";

/**
 * Finds the record to which a mail replies. Sent mails contain a token in the reply address and in the Message-ID: the record's id,
 * signed for the tenant. So the record is known without a read, and tokens cannot be forged.
 */

/** The local part of the support address of every tenant. */
export const SUPPORT_MAILBOX = "support";

export interface SigningContext {
  /** The first key signs, all verify. */
  keys: Keyring;
  tenant: string;
}

/** Number of base-32 characters of a signature. An address has no space for more, and each guess must be sent as a mail. */
const SIGNATURE_LENGTH = 14;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** Builds the token `tkt_…-<signature>`. It is lower case, because mail servers may change the case. */
export const buildToken = (id: string, { keys, tenant }: SigningContext): string =>
  `${id}-${computeSignature(keys[0], tenant, id)}`;

const computeSignature = (key: KeyObject, tenant: string, id: string): string =>
  Array.from(Buffer.from(computeMac(key, tenant, id), "base64url").subarray(0, SIGNATURE_LENGTH), (byte) =>
    ALPHABET.charAt(byte & 31),
  ).join("");

const TOKEN_PATTERN = new RegExp(`^([a-z]{3}_[0-9a-z]{18,37})-([a-z2-7]{${SIGNATURE_LENGTH}})$`);

/** Returns the id in a token that was signed for this tenant. */
export function verifyToken(token: string, { keys, tenant }: SigningContext): string | undefined {
  const [, id, signature] = TOKEN_PATTERN.exec(token.toLowerCase()) ?? [];
  if (id === undefined || signature === undefined) return undefined;
  return keys.some((key) => isSameSecret(computeSignature(key, tenant, id), signature)) ? id : undefined;
}

/** Returns the reply address of mails about a record; `host` is the tenant's, such as `acme.in.example`. */
export const replyAddress = (id: string, host: string, signing: SigningContext): string =>
  `${SUPPORT_MAILBOX}+${buildToken(id, signing)}@${host}`;

/** Returns the Message-ID of a mail about a record, without angle brackets. The same `message` gives the same id. */
export const buildMessageId = (id: string, message: string, host: string, signing: SigningContext): string =>
  `${buildToken(id, signing)}.${message.replaceAll(/[^\w-]+/g, "").slice(0, 64)}@${host}`;

/** Returns the `message` of a Message-ID from `buildMessageId`; undefined for any other. */
export const parseOwnMessageId = (messageId: string): string | undefined => /^[^.@]+\.([\w-]{1,64})@/.exec(messageId)?.[1];

/** The tenant slug and token of an inbound address. */
interface Mailbox {
  slug: string;
  token: string | null;
}

/** The same with the local part. */
interface NamedMailbox extends Mailbox {
  name: string;
}

/** Parses a support address; undefined for any other. */
export function parseMailbox(address: string, domain: string): Mailbox | undefined {
  const { name, ...mailbox } = parseInboundAddress(address, domain) ?? {};
  return name === SUPPORT_MAILBOX ? (mailbox as Mailbox) : undefined;
}

/** Parses an address below the inbound domain; undefined for any other. */
export function parseInboundAddress(address: string, domain: string): NamedMailbox | undefined {
  const separatorIndex = address.lastIndexOf("@");
  const [local, host] = [address.slice(0, separatorIndex).toLowerCase(), address.slice(separatorIndex + 1).toLowerCase()];
  const slug = host.endsWith(`.${domain.toLowerCase()}`) ? host.slice(0, -domain.length - 1) : "";
  const [name, token = null] = local.split(/\+(.*)/s, 2);
  return name && /^[a-z0-9][a-z0-9-]{0,62}$/.test(slug) ? { slug, token, name } : undefined;
}

/** A record to which a mail may reply, and the proof. */
export interface ThreadCandidate {
  readonly id: string;
  readonly proof: "address" | "message_id";
}

/**
 * Lists the records to which a mail replies, without duplicates: those of its recipients first, then those of the mails that it
 * names, the newest first. A token only proves that the sender has received or seen such a mail: the caller must check that the
 * sender takes part.
 */
export function listThreadCandidates(
  { recipients, in_reply_to }: { recipients: readonly string[]; in_reply_to: readonly string[] },
  signing: SigningContext,
): ThreadCandidate[] {
  const tokens = [
    ...recipients.map((address) => [address.slice(0, address.lastIndexOf("@")).split(/\+(.*)/s, 2)[1] ?? "", "address"] as const),
    ...in_reply_to.map((id) => [id.slice(0, id.lastIndexOf("@")).split(".")[0] ?? "", "message_id"] as const),
  ];
  const candidateById = new Map<string, ThreadCandidate>();
  for (const [token, proof] of tokens) {
    const id = verifyToken(token, signing);
    if (id !== undefined && !candidateById.has(id)) candidateById.set(id, { id, proof });
  }
  return [...candidateById.values()];
}
