import { createHash } from "node:crypto";
import { Clock } from "../../kernel/clock.ts";
import { runIn, systemContext, usePorts, useTenant } from "../../kernel/context.ts";
import { readItem } from "../../storage/table/database.ts";
import { hashTexts, type Key, systemKey, tenantKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { InboundAddress } from "./address.ts";
import { type InboundMailRecord, InboundMails } from "./inbound-mail.entity.ts";
import { mailObjectKey } from "./inbound-mail.ts";
import { MAX_MAIL_BYTES, type MailKind } from "./mail-kind.ts";
import { type ParsedMail, readMail } from "./parsed-mail.rules.ts";
import { parseInboundAddress, SUPPORT_MAILBOX } from "./thread.rules.ts";

/** An arriving message, for all its recipients. */
export interface ArrivedMail {
  readonly raw: Uint8Array;
  /** The recipients of the envelope. */
  readonly recipients: readonly string[];
  /** The domain below which each tenant has its subdomain: `in.example`. */
  readonly domain: string;
}

/** The result for some of the recipients. */
export type ReceiveResult =
  | { readonly recipients: readonly string[]; readonly result: "UNKNOWN_ADDRESS" }
  | {
      readonly recipients: readonly string[];
      readonly result: InboundMailRecord["status"] | "REPEATED";
      readonly id: string;
      readonly kind: MailKind | null;
    };

/** Bytes read from a message that is too large, to parse its headers. */
const HEADER_SAMPLE_BYTES = 256 * 1024;

/**
 * Receives a message for each tenant among its recipients. It may be called again for the same message, which then has no further
 * effect. Runs outside of a tenant, within the keyspace `slug`.
 */
export async function receiveMail({ raw, recipients, domain }: ArrivedMail): Promise<ReceiveResult[]> {
  const bySlug = Map.groupBy(new Set(recipients), (address) => parseInboundAddress(address, domain)?.slug);
  const outcomes: ReceiveResult[] = [];
  for (const [slug, addresses] of bySlug) {
    const item = slug === undefined ? undefined : await readItem({ pk: systemKey("slug", slug), sk: "slug" });
    const context = item && systemContext(usePorts(), String(item.tenant_id), "inbound-mail");
    const knownAddresses = context ? await runIn(context, () => findKnownAddresses(addresses, domain)) : [];
    const unknown = addresses.filter((address) => !knownAddresses.includes(address));
    if (context && knownAddresses.length > 0) outcomes.push(await runIn(context, () => saveMail(raw, knownAddresses)));
    if (unknown.length > 0) outcomes.push({ recipients: unknown, result: "UNKNOWN_ADDRESS" });
  }
  return outcomes;
}

/** Maximum number of addresses of one tenant looked up for one mail. */
const MAX_ADDRESS_LOOKUPS = 20;

/** Returns the known addresses: the support address with any suffix, and those of the tenant's records. */
async function findKnownAddresses(addresses: readonly string[], domain: string): Promise<string[]> {
  const knownAddresses: string[] = [];
  for (const address of addresses.slice(0, MAX_ADDRESS_LOOKUPS)) {
    const name = parseInboundAddress(address, domain)?.name ?? "";
    if (name === SUPPORT_MAILBOX || (await InboundAddress.findHolder(name)) !== undefined) knownAddresses.push(address);
  }
  return knownAddresses;
}

/** Seconds for which a repeat is detected: longer than servers and our own retries repeat a mail. */
const IDEMPOTENCY_SECONDS = 60 * 24 * 60 * 60;

/** Saves a mail. It writes the bytes first: if the transaction fails, the next try writes them to the same key. */
async function saveMail(raw: Uint8Array, recipients: readonly string[]): Promise<ReceiveResult> {
  const isTooLarge = raw.length > MAX_MAIL_BYTES;
  const mail = readMail(isTooLarge ? raw.subarray(0, HEADER_SAMPLE_BYTES) : raw, recipients);
  const sha256 = createHash("sha256").update(raw).digest("hex");
  const mailKey = idempotencyKey(mail, sha256);
  const before = await findEarlierMail(mailKey);
  if (before !== undefined) return { recipients, result: "REPEATED", id: before, kind: null };
  const record = Records.init(InboundMails, toRecordFields(mail, { recipients, size: raw.length, sha256, isTooLarge }));
  if (!isTooLarge) await usePorts().objects.write(mailObjectKey(record), raw);
  try {
    await transaction()
      .put(
        { ...mailKey, mail: record.id, ttl: Clock.toEpochSeconds(Clock.now()) + IDEMPOTENCY_SECONDS },
        {
          condition: "attribute_not_exists(pk) OR #ttl < :now",
          names: { "#ttl": "ttl" },
          values: { ":now": Clock.toEpochSeconds(Clock.now()) },
          rejection: () => new DuplicateMail(),
        },
      )
      .create(InboundMails, record)
      .commit(undefined);
  } catch (error) {
    if (!(error instanceof DuplicateMail)) throw error;
    return { recipients, result: "REPEATED", id: (await findEarlierMail(mailKey)) ?? record.id, kind: null };
  }
  return { recipients, result: record.status, id: record.id, kind: record.kind };
}

/** The same mail arrived at the same moment. */
class DuplicateMail extends Error {
  override name = "Repeated";
}

/** The key that marks a mail as received: by Message-ID and sender, independent of its route; without a Message-ID, by its bytes. */
const idempotencyKey = ({ message_id, from }: ParsedMail, sha256: string): Key => ({
  pk: tenantKey(
    useTenant(),
    "ONCE",
    message_id === null ? hashTexts("mail", sha256) : hashTexts("mail", message_id, from?.email ?? ""),
  ),
  sk: "once",
});

async function findEarlierMail(mailKey: Key): Promise<string | undefined> {
  const item = await readItem(mailKey);
  return item && Number(item.ttl) >= Clock.toEpochSeconds(Clock.now()) ? String(item.mail) : undefined;
}

function toRecordFields(
  mail: ParsedMail,
  { isTooLarge, ...raw }: Pick<InboundMailRecord, "size" | "sha256"> & { recipients: readonly string[]; isTooLarge: boolean },
) {
  const aside = findSetAsideReason(mail);
  return {
    ...raw,
    recipients: [...raw.recipients],
    sender: mail.writer?.email ?? null,
    sender_name: mail.writer?.name ?? null,
    subject: mail.subject,
    message_id: mail.message_id,
    sent_at: mail.date,
    kind: mail.kind,
    kind_because: mail.kind_because,
    status: isTooLarge ? ("TOO_LARGE" as const) : aside === null ? ("RECEIVED" as const) : ("SET_ASIDE" as const),
    status_because: isTooLarge ? `Larger than ${MAX_MAIL_BYTES} bytes` : aside,
    spam_verdict: mail.spam_verdict,
    virus_verdict: mail.virus_verdict,
    dmarc: mail.dmarc,
    attachments: mail.attachments.length,
    ticket_id: null,
    comment_id: null,
  };
}

/** Returns why a mail is set aside without being handled; null if it is not. */
function findSetAsideReason({ kind, kind_because, spam_verdict, virus_verdict }: ParsedMail): string | null {
  if (virus_verdict === "FAIL") return "SES found a virus";
  if (kind === "loop") return `Mail loop: ${kind_because}`;
  return spam_verdict === "FAIL" ? "SES classified the mail as spam" : null;
}
