import { type Address, findHeader, parseAddresses } from "./headers.rules.ts";
import { isMachineAddress } from "./mail-evidence.rules.ts";
import type { Header } from "./mime.rules.ts";

/** Finds who wrote a mail, and whom to answer. Forms and lists send mails of other persons from their own address. */

export interface MailWriter {
  /** Null if the mail has no valid sender. */
  readonly writer: Address | null;
  /** The address to which answers go; null if no person reads it. */
  readonly answer_to: string | null;
  /** What sent the mail from its own address on behalf of the writer; null if the writer did. */
  readonly relay: "form" | "list" | null;
}

interface WriterEvidence {
  readonly headers: readonly Header[];
  readonly from: Address | null;
  readonly reply_to: readonly Address[];
  /** The tenant's addresses that received the mail. */
  readonly recipients: readonly string[];
  /** The addresses in To and Cc. A list's own address is among them. */
  readonly addressees: readonly Address[];
}

export function identifyWriter({ headers, from, reply_to, recipients, addressees }: WriterEvidence): MailWriter {
  const otherAddresses = new Set([from?.email, ...addressees.map(({ email }) => email), ...listPostAddresses(headers)]);
  const ownHosts = new Set(recipients.map(parseHost));
  const replyAddress = reply_to.find(
    ({ email }) => !otherAddresses.has(email) && !ownHosts.has(parseHost(email)) && !isMachineAddress(email),
  );
  const writer = findListWriter(headers, from) ?? (replyAddress && findFormWriter(replyAddress, from));
  if (writer && writer.address.email !== from?.email)
    return { writer: writer.address, answer_to: writer.address.email, relay: writer.relay };
  const answer_to = replyAddress?.email ?? from?.email ?? null;
  return { writer: from, answer_to: answer_to === null || isMachineAddress(answer_to) ? null : answer_to, relay: null };
}

interface RelayedWriter {
  readonly address: Address;
  readonly relay: "form" | "list";
}

/** Lists keep the address of the writer in these headers (Google Groups, Mailman with rewritten senders). */
const ORIGINAL_SENDER_HEADERS = ["x-original-from", "x-original-sender"];
const LIST_HEADERS = ["list-id", "list-post", "mailing-list", "x-google-group-id", "x-mailman-version"];

/** Finds the writer of a mail that a list sent from its own address. */
function findListWriter(headers: readonly Header[], from: Address | null): RelayedWriter | undefined {
  const name = parseNameVia(from?.name ?? "");
  if (name === undefined && !LIST_HEADERS.some((header) => findHeader(headers, header) !== undefined)) return undefined;
  const isRewritten = name !== undefined || listPostAddresses(headers).includes(from?.email ?? "");
  const original = ORIGINAL_SENDER_HEADERS.flatMap((header) => parseAddresses(findHeader(headers, header)))[0];
  const replied = isRewritten
    ? parseAddresses(findHeader(headers, "reply-to")).find(({ email }) => email !== from?.email)
    : undefined;
  const writer = original ?? replied;
  return writer && !isMachineAddress(writer.email)
    ? { address: { name: writer.name ?? name ?? null, email: writer.email }, relay: "list" }
    : undefined;
}

/** Returns the name of the writer in the name that a list gives to its sender, such as `'Ann Lee' via Support`. */
const parseNameVia = (name: string): string | undefined => /^['"]?(.{1,200}?)['"]? via .+$/.exec(name)?.[1]?.trim();

const listPostAddresses = (headers: readonly Header[]): string[] =>
  [findHeader(headers, "list-post"), findHeader(headers, "mailing-list")].flatMap((value) =>
    [...(value ?? "").matchAll(/(?:mailto:|\blist )([^<>\s;?@]+@[^<>\s;?]+)/gi)].map(([, email = ""]) => email.toLowerCase()),
  );

/**
 * Finds the writer of a mail from a form: the address in Reply-To. A sender who has the same name or the same domain as that address wrote the mail. An
 * address with a token is the way back to a program, such as that of an issue tracker, and names no person.
 */
function findFormWriter(replyAddress: Address, from: Address | null): RelayedWriter | undefined {
  if (from === null) return { address: replyAddress, relay: "form" };
  const isMachine = isMachineAddress(from.email);
  const isSameName = replyAddress.name !== null && replyAddress.name.toLowerCase() === from.name?.toLowerCase();
  const isSamePlace = parseSite(replyAddress.email) === parseSite(from.email);
  if (hasToken(replyAddress.email) || (!isMachine && (isSameName || isSamePlace))) return undefined;
  return { address: replyAddress, relay: "form" };
}

export const parseHost = (email: string): string => email.slice(email.lastIndexOf("@") + 1).toLowerCase();
const parseSite = (email: string): string => parseHost(email).split(".").slice(-2).join(".");

const hasToken = (email: string): boolean => /[+=][\w=-]{12,}@|[0-9a-f]{16,}[^@]*@/.test(email);
