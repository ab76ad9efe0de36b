import { createHash } from "node:crypto";
import { Clock } from "../kernel/clock.ts";
import { runIn, systemContext, usePorts, useTenant } from "../kernel/context.ts";
import { get } from "../storage/table/database.ts";
import { hashed, type Key, systemKey, tenantKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { transaction } from "../storage/write/transaction.ts";
import { InboundAddress } from "./address.ts";
import { LARGEST_MAIL, type MailKind } from "./facts.ts";
import { type InboundMailRecord, InboundMails } from "./inbound-mail.entity.ts";
import { keyOf } from "./inbound-mail.ts";
import { type InboundMail, readMail } from "./mail.rules.ts";
import { MAILBOX, placeOf } from "./thread.rules.ts";

/** A message on its way in, once for all to whom it came. */
export interface Arrived {
  readonly raw: Uint8Array;
  /** Those of the envelope, as the server that took it was told. */
  readonly recipients: readonly string[];
  /** Below which each tenant has its addresses: `in.example`. */
  readonly domain: string;
}

/** What became of it for some of its recipients. */
export type Outcome =
  | { readonly recipients: readonly string[]; readonly result: "UNKNOWN_ADDRESS" }
  | {
      readonly recipients: readonly string[];
      readonly result: InboundMailRecord["status"] | "REPEATED";
      readonly id: string;
      readonly kind: MailKind | null;
    };

/** Of what is larger, the headers are in the beginning. */
const BEGINNING = 256 * 1024;

/**
 * Takes in a message for each tenant that it came to: at least once for each, and so with one effect however often. Runs in no tenant,
 * within the keyspace `slug`.
 */
export async function receive({ raw, recipients, domain }: Arrived): Promise<Outcome[]> {
  const bySlug = Map.groupBy(new Set(recipients), (address) => placeOf(address, domain)?.slug);
  const outcomes: Outcome[] = [];
  for (const [slug, addresses] of bySlug) {
    const item = slug === undefined ? undefined : await get({ pk: systemKey("slug", slug), sk: "slug" });
    const context = item && systemContext(usePorts(), String(item.tenant_id), "inbound-mail");
    const known = context ? await runIn(context, () => knownAmong(addresses, domain)) : [];
    const unknown = addresses.filter((address) => !known.includes(address));
    if (context && known.length > 0) outcomes.push(await runIn(context, () => keep(raw, known)));
    if (unknown.length > 0) outcomes.push({ recipients: unknown, result: "UNKNOWN_ADDRESS" });
  }
  return outcomes;
}

/** Addresses of one tenant that are looked up for one mail. */
const MOST_LOOKED_UP = 20;

/** That of tickets, whatever stands behind its name, and those that a record of the tenant has. */
async function knownAmong(addresses: readonly string[], domain: string): Promise<string[]> {
  const known: string[] = [];
  for (const address of addresses.slice(0, MOST_LOOKED_UP)) {
    const name = placeOf(address, domain)?.name ?? "";
    if (name === MAILBOX || (await InboundAddress.holderOf(name)) !== undefined) known.push(address);
  }
  return known;
}

/** For how many seconds a repeat is known: longer than servers try, and than what failed here waits to be tried again. */
const KNOWN = 60 * 24 * 60 * 60;

/** The bytes first: where the transaction never comes, they lie where the next try puts them. */
async function keep(raw: Uint8Array, recipients: readonly string[]): Promise<Outcome> {
  const isTooLarge = raw.length > LARGEST_MAIL;
  const mail = readMail(isTooLarge ? raw.subarray(0, BEGINNING) : raw, recipients);
  const sha256 = createHash("sha256").update(raw).digest("hex");
  const once = onceOf(mail, sha256);
  const before = await heldBy(once);
  if (before !== undefined) return { recipients, result: "REPEATED", id: before, kind: null };
  const record = Records.born(InboundMails, recordOf(mail, { recipients, size: raw.length, sha256, isTooLarge }));
  if (!isTooLarge) await usePorts().objects.write(keyOf(record), raw);
  try {
    await transaction()
      .put(
        { ...once, mail: record.id, ttl: Clock.epoch(Clock.now()) + KNOWN },
        {
          condition: "attribute_not_exists(pk) OR #ttl < :now",
          names: { "#ttl": "ttl" },
          values: { ":now": Clock.epoch(Clock.now()) },
          refused: () => new Repeated(),
        },
      )
      .create(InboundMails, record)
      .commit(undefined);
  } catch (error) {
    if (!(error instanceof Repeated)) throw error;
    return { recipients, result: "REPEATED", id: (await heldBy(once)) ?? record.id, kind: null };
  }
  return { recipients, result: record.status, id: record.id, kind: record.kind };
}

/** The same came at the same moment. */
class Repeated extends Error {
  override name = "Repeated";
}

/** Where stands that a mail came: by its Message-ID and sender, whichever way it took; without one, by its bytes. */
const onceOf = ({ message_id, from }: InboundMail, sha256: string): Key => ({
  pk: tenantKey(
    useTenant(),
    "ONCE",
    message_id === null ? hashed("mail", sha256) : hashed("mail", message_id, from?.email ?? ""),
  ),
  sk: "once",
});

async function heldBy(once: Key): Promise<string | undefined> {
  const item = await get(once);
  return item && Number(item.ttl) >= Clock.epoch(Clock.now()) ? String(item.mail) : undefined;
}

function recordOf(
  mail: InboundMail,
  { isTooLarge, ...raw }: Pick<InboundMailRecord, "size" | "sha256"> & { recipients: readonly string[]; isTooLarge: boolean },
) {
  const aside = asideBecause(mail);
  return {
    ...raw,
    recipients: [...raw.recipients],
    sender: mail.from?.email ?? null,
    sender_name: mail.from?.name ?? null,
    subject: mail.subject,
    message_id: mail.message_id,
    sent_at: mail.date,
    kind: mail.kind,
    kind_because: mail.kind_because,
    status: isTooLarge ? ("TOO_LARGE" as const) : aside === null ? ("RECEIVED" as const) : ("SET_ASIDE" as const),
    status_because: isTooLarge ? `Larger than ${LARGEST_MAIL} bytes` : aside,
    spam_verdict: mail.spam_verdict,
    virus_verdict: mail.virus_verdict,
    dmarc: mail.dmarc,
    attachments: mail.attachments.length,
    ticket_id: null,
    comment_id: null,
  };
}

/** Why nobody is to be bothered with it; null where somebody is. */
function asideBecause({ kind, kind_because, spam_verdict, virus_verdict }: InboundMail): string | null {
  if (virus_verdict === "FAIL") return "It brings a virus, SES says";
  if (kind === "loop") return `It goes in circles: ${kind_because}`;
  return spam_verdict === "FAIL" ? "It is spam, SES says" : null;
}
