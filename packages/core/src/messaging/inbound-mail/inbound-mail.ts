import * as z from "zod";
import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, instant, oneOf } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import { keysFor } from "../../storage/vault/secret.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type InboundMailRecord, InboundMails, Stored, statuses } from "./inbound-mail.entity.ts";
import { mailKinds } from "./mail-kind.ts";
import type { ParsedMail as Mail } from "./parsed-mail.rules.ts";
import { listThreadCandidates, type SigningContext, type ThreadCandidate } from "./thread.rules.ts";

/** The inbound mails of a tenant, with their results and content. */

export const Info = Stored;
export const Row = rowSchema(Stored, InboundMails.definition.row);

export const list = fn(
  listSchema(InboundMails, { status: oneOf(statuses).optional(), kind: oneOf(mailKinds).optional() }),
  (input) => listRecords(InboundMails, buildListQuery(InboundMails, input)),
);

export const get = fn(IdInput, ({ id }) => Records.read(InboundMails, id));

const Delivery = z.object({
  recipient: z.string().nullable(),
  action: z.string().nullable(),
  status: z.string().nullable(),
  diagnostic: z.string().nullable(),
});

/** The parsed content of a mail, without the bytes of its files. */
export const Content = z.object({
  subject: z.string(),
  sent_at: instant().nullable(),
  from: z.string().nullable().describe("The address in From. It differs from the sender if a form or a list sent the mail"),
  text: z.string(),
  answer: z.string().describe("The new text, without quoted text and signature"),
  attachments: z.array(
    z.object({ name: z.string(), type: z.string(), size: z.number().int(), cid: z.string().nullable(), is_inline: z.boolean() }),
  ),
  bounce: z
    .object({ deliveries: z.array(Delivery), is_permanent: z.boolean(), original_message_id: z.string().nullable() })
    .nullable(),
  threads: z
    .array(z.object({ id: z.string(), proof: z.enum(["address", "message_id"]) }))
    .describe("Threads that the mail provably replies to"),
  is_cut: z.boolean().describe("Whether the mail has more content than is read"),
});

/** Returns the content of a mail. Reads all its bytes. */
export const readContent = fn(IdInput, async ({ id }): Promise<z.output<typeof Content>> => {
  const { mail, threads } = await open(await Records.read(InboundMails, id));
  const { subject, date: sent_at, answer, bounce, is_cut } = mail;
  const attachments = mail.attachments.map(({ bytes: { length }, ...file }) => ({ ...file, size: length }));
  const deliveries = bounce?.deliveries.map((delivery) => ({ ...delivery })) ?? [];
  return {
    subject,
    sent_at,
    from: mail.from?.email ?? null,
    text: mail.text,
    answer,
    attachments,
    bounce: bounce && { deliveries, is_permanent: bounce.is_permanent, original_message_id: bounce.original_message_id },
    threads: [...threads],
    is_cut,
  };
});

export type Record = InboundMailRecord;
export type { Mail };

/** Loads a mail that waits to be handled; undefined if it was handled or set aside. */
export async function loadWaiting(id: string): Promise<InboundMailRecord | undefined> {
  const record = await Records.load(InboundMails, id, { live: true });
  return record && (record.status === "RECEIVED" || record.status === "TOO_LARGE") ? record : undefined;
}

/** Marks a mail as handled in the transaction of the result, which fails if the mail was handled meanwhile. */
export const markHandled = (
  tx: Transaction,
  record: InboundMailRecord,
  became: Partial<Pick<InboundMailRecord, "ticket_id" | "comment_id" | "status_because">>,
): Transaction => tx.replace(InboundMails, record, Records.nextVersion(record, { ...record, ...became, status: "HANDLED" }));

export interface OpenedMail {
  mail: Mail;
  /** The records to which it replies, with the proof. The caller must check that the sender takes part in them. */
  threads: readonly ThreadCandidate[];
}

/** Loads the live record in any state, without a check of visibility. */
export const load = (id: string): Promise<InboundMailRecord | undefined> => Records.load(InboundMails, id, { live: true });

/** Parses the stored mail again: for handlers of `inbound_mail.created`, and for readers. */
export async function open(record: InboundMailRecord): Promise<OpenedMail> {
  const mail = await readStoredMail(record);
  return { mail, threads: await findThreads(record.recipients, mail.in_reply_to) };
}

/** Parses the stored mail without looking for its threads. */
export async function readStoredMail(record: InboundMailRecord): Promise<Mail> {
  const source = record.status === "TOO_LARGE" ? undefined : await usePorts().objects.open(mailObjectKey(record));
  if (!source)
    throw ruleViolation("Only the headers of this mail are stored", [{ field: "id", message: "The content is not stored" }]);
  const { readMail } = await import("./parsed-mail.rules.ts");
  return readMail(await collectBytes(source.read()), record.recipients);
}

/** Returns the keys for signing thread tokens of the tenant. */
export const loadSigning = async (): Promise<SigningContext> => ({
  keys: await keysFor("links", "mail_thread"),
  tenant: useTenant(),
});

/** Returns the threads that these addresses and message ids prove. */
export const findThreads = async (recipients: readonly string[], in_reply_to: readonly string[]): Promise<ThreadCandidate[]> =>
  listThreadCandidates({ recipients, in_reply_to }, await loadSigning());

/** Returns the object key of the mail's bytes. It is their hash, so writing them again changes nothing. */
export const mailObjectKey = ({ sha256 }: Pick<InboundMailRecord, "sha256">): string => objectKey("mails", sha256);

export * as InboundMail from "./inbound-mail.ts";
