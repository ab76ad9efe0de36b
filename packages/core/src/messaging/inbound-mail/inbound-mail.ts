import * as z from "zod";
import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts, useTenant } from "../../kernel/context.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { instant, oneOf, text } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import { keyFor } from "../../storage/vault/secret.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type InboundMailRecord, InboundMails, Stored, statuses } from "./inbound-mail.entity.ts";
import { mailKinds } from "./mail-kind.ts";
import type { ParsedMail as Mail } from "./parsed-mail.rules.ts";
import { listThreadCandidates, type SigningContext, type ThreadCandidate } from "./thread.rules.ts";

/** Mails that came in for a tenant: what became of each, and what it says. */

export const Info = Stored;
export const Row = rowSchema(Stored, InboundMails.definition.row);

const IdInput = z.strictObject({ id: text(64) });

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

/** What is read of a mail, but for the bytes of its files. */
export const Content = z.object({
  subject: z.string(),
  sent_at: instant().nullable(),
  text: z.string(),
  answer: z.string().describe("What is new: without what it quotes, and without its signature"),
  attachments: z.array(
    z.object({ name: z.string(), type: z.string(), size: z.number().int(), cid: z.string().nullable(), is_inline: z.boolean() }),
  ),
  bounce: z
    .object({ deliveries: z.array(Delivery), is_permanent: z.boolean(), original_message_id: z.string().nullable() })
    .nullable(),
  threads: z.array(z.object({ id: z.string(), proof: z.enum(["address", "message_id"]) })).describe("What it proves to answer"),
  is_cut: z.boolean().describe("Whether more is in it than is read of one mail"),
});

/** Reads all of its bytes. */
export const readContent = fn(IdInput, async ({ id }): Promise<z.output<typeof Content>> => {
  const { mail, threads } = await open(await Records.read(InboundMails, id));
  const { subject, date: sent_at, answer, bounce, is_cut } = mail;
  const attachments = mail.attachments.map(({ bytes: { length: size }, ...file }) => ({ ...file, size }));
  const deliveries = bounce?.deliveries.map((delivery) => ({ ...delivery })) ?? [];
  return {
    subject,
    sent_at,
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

/** One that waits to be acted on; undefined once somebody has, and where nobody is to. */
export async function loadWaiting(id: string): Promise<InboundMailRecord | undefined> {
  const record = await Records.load(InboundMails, id, { live: true });
  return record && (record.status === "RECEIVED" || record.status === "TOO_LARGE") ? record : undefined;
}

/** Joins the transaction of what became of it: a mail that somebody else has acted on meanwhile refuses it. */
export const markHandled = (
  tx: Transaction,
  record: InboundMailRecord,
  became: Partial<Pick<InboundMailRecord, "ticket_id" | "comment_id" | "status_because">>,
): Transaction => tx.replace(InboundMails, record, Records.nextVersion(record, { ...record, ...became, status: "HANDLED" }));

export interface OpenedMail {
  mail: Mail;
  /** Records that it answers, with what proves it: whether its sender takes part there is still to be asked. */
  threads: readonly ThreadCandidate[];
}

/** The live record, whatever has become of it; whoever asks. */
export const load = (id: string): Promise<InboundMailRecord | undefined> => Records.load(InboundMails, id, { live: true });

/** Reads a mail again as it came: for whoever acts on `inbound_mail.created`, and here. */
export async function open(record: InboundMailRecord): Promise<OpenedMail> {
  const mail = await readStoredMail(record);
  return { mail, threads: await findThreads(record.recipients, mail.in_reply_to) };
}

/** The same without what it proves to answer. */
export async function readStoredMail(record: InboundMailRecord): Promise<Mail> {
  const source = record.status === "TOO_LARGE" ? undefined : await usePorts().objects.open(mailObjectKey(record));
  if (!source)
    throw ruleViolation("Of this mail nothing but its headers is kept", [{ field: "id", message: "Its bytes are not kept" }]);
  const { readMail } = await import("./parsed-mail.rules.ts");
  return readMail(await collectBytes(source.read()), record.recipients);
}

/** The tenant's own proof of threads. */
export const loadSigning = async (): Promise<SigningContext> => ({ key: await keyFor("mail_thread"), tenant: useTenant() });

/** What these addresses and ids of mails prove to be about. */
export const findThreads = async (recipients: readonly string[], in_reply_to: readonly string[]): Promise<ThreadCandidate[]> =>
  listThreadCandidates({ recipients, in_reply_to }, await loadSigning());

/** Where its bytes lie: by what they are, so that writing them again changes nothing. */
export const mailObjectKey = ({ sha256 }: Pick<InboundMailRecord, "sha256">): string => objectKey("mails", sha256);

export * as InboundMail from "./inbound-mail.ts";
