import * as z from "zod";
import { useActor } from "../../kernel/context.ts";
import { invalid, invalidAll } from "../../kernel/error.ts";
import { escapeHtml } from "../../kernel/html.ts";
import { email, id as idOf } from "../../kernel/schema.ts";
import { ATTACHMENT } from "../../people/attachment/attachment.kind.ts";
import { Attachment } from "../../people/attachment/attachment.ts";
import { requireSubject } from "../../people/person/subject.ts";
import { MailCopies } from "../../people/suppression/mail-copies.ts";
import { Preferences } from "../../platform/profile/preferences.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { loadCollectionById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type MessageRecord, Messages } from "./message.entity.ts";
import type { MessageContent } from "./message-content.ts";

/** Mails about a record: their record, copies, files and signature (docs/messaging/record-mail.md). */

const MAX_FILES = 10;
/** In bytes. Providers accept more, but mail servers of recipients often do not. */
const MAX_FILES_SIZE = 10 * 1024 * 1024;

/** The fields of a mail that a user writes on a record, in addition to those of every message. */
export const recordMailFields = {
  cc: z
    .array(email())
    .max(MailCopies.MAX_COPIES)
    .optional()
    .describe("Mails only: addresses that get a copy, visible to all recipients"),
  attachment_ids: z.array(idOf(ATTACHMENT)).max(MAX_FILES).optional().describe("Attachments of the record, 10 MB in all"),
  adds_signature: z.boolean().default(false).describe("Mails only: appends the `mail_signature` of the caller's preferences"),
  tracks: z
    .boolean()
    .default(false)
    .describe("Counts opens and clicks if the mail account tracks them and the mail has HTML. Marketing mails need no `tracks`"),
};

export type RecordMailInput = Partial<z.output<z.ZodObject<typeof recordMailFields>>> & {
  channel: string;
  purpose: string;
  related_to_id?: string | undefined;
};

/** What a message has because of its record, and because of what its author chose. */
export type RecordMail = Pick<MessageRecord, "related_to_type" | "related_to_id" | "cc" | "files" | "tracks">;

/** Resolves the record, the copies and the files. Refuses what the caller may not see. */
export async function resolveRecordMail({ related_to_id, ...input }: RecordMailInput): Promise<RecordMail> {
  const isMail = input.channel === "email";
  const mailOnly = (["cc", "attachment_ids", "adds_signature", "tracks"] as const).filter((field) =>
    Array.isArray(input[field]) ? input[field].length > 0 : input[field],
  );
  if (!isMail && mailOnly.length > 0) throw invalidAll(mailOnly.map((field) => ({ field, message: "Only mails have it" })));
  const record = related_to_id === undefined ? undefined : await resolveRecord(related_to_id);
  return {
    related_to_type: (record?.type ?? null) as MessageRecord["related_to_type"],
    related_to_id: record?.id ?? null,
    cc: resolveCopies(input.cc, input.purpose),
    files: await loadFiles(input.attachment_ids, record?.id ?? null),
    tracks: input.tracks ?? false,
  };
}

/** Returns the record of a message. That of a converted lead is its opportunity, as for activities. */
async function resolveRecord(id: string): Promise<{ type: string; id: string }> {
  const { type, id: recordId, record } = await requireSubject("activities", { related_to_id: id });
  const { converted_opportunity_id } = record as { converted_opportunity_id?: string | null };
  return converted_opportunity_id ? resolveRecord(converted_opportunity_id) : { type, id: recordId };
}

/** Normalizes the addresses of the copies; null for none. */
export function resolveCopies(cc: readonly string[] | undefined, purpose: string | null): string[] | null {
  if (!cc || cc.length === 0) return null;
  // The unsubscribe link of marketing is that of one recipient.
  if (purpose === "marketing") throw invalid("cc", "Marketing mails have no copies");
  return MailCopies.normalize(cc);
}

/** Loads attachments of the record as the files of a mail; null for none. */
export async function loadFiles(
  attachmentIds: readonly string[] | undefined,
  recordId: string | null,
): Promise<MessageRecord["files"]> {
  if (!attachmentIds || attachmentIds.length === 0) return null;
  const attachments = await Attachment.loadLive(attachmentIds);
  const files = attachments.map((attachment, index) => {
    if (!attachment || attachment.related_to_id !== recordId || recordId === null)
      throw invalid(`attachment_ids[${index}]`, "Must be an attachment of the record in related_to_id");
    const { id: attachment_id, upload_id, file_name, file_type, file_size } = attachment;
    return { attachment_id, upload_id, file_name, file_type, file_size };
  });
  const size = files.reduce((sum, { file_size }) => sum + file_size, 0);
  if (size > MAX_FILES_SIZE) throw invalid("attachment_ids", "The files must have at most 10 MB together");
  return files;
}

/** Appends the signature of the caller, if the caller is a user who has one. */
export async function addSignature(content: MessageContent): Promise<MessageContent> {
  const actor = useActor();
  const signature = actor.type === "user" ? (await Preferences.findMailSignature(actor.id))?.trim() : undefined;
  if (!signature) return content;
  const html = `<p>${signature.split(/\r?\n/).map(escapeHtml).join("<br>")}</p>`;
  return {
    ...content,
    body: `${content.body}\n\n-- \n${signature}`,
    body_html: content.body_html === null ? null : insertBeforeEnd(content.body_html, html),
  };
}

const insertBeforeEnd = (body: string, html: string): string => {
  const end = body.search(/<\/body>/i);
  return end < 0 ? body + html : body.slice(0, end) + html + body.slice(end);
};

/** Returns the record of a mail that was answered: the survivor if it was merged; null if it is gone. */
export async function findLiveRecord({
  related_to_type,
  related_to_id,
}: Pick<MessageRecord, "related_to_type" | "related_to_id">): Promise<Pick<MessageRecord, "related_to_type" | "related_to_id">> {
  const collection = related_to_id === null ? undefined : await loadCollectionById(related_to_id);
  const record = collection && (await Records.resolveMerged(collection, String(related_to_id)));
  const opportunity = (record as (BaseRecord & { converted_opportunity_id?: string | null }) | undefined)
    ?.converted_opportunity_id;
  if (opportunity) return findLiveRecord({ related_to_type: "opportunity", related_to_id: opportunity });
  return record && !record.deleted_at
    ? { related_to_type, related_to_id: record.id }
    : { related_to_type: null, related_to_id: null };
}

/** The most messages that are moved in one transaction. */
const MAX_MOVED = 20;

/** Moves the messages about a record to another one, in batches like `Activity.repoint`. */
export async function repoint(
  tx: Transaction,
  from: string,
  to: { type: string; id: string },
  after: string | undefined,
): Promise<string | undefined> {
  const partition = { index: "by_class" as const, facets: { related_to_id: from } };
  const ids = await listKeysAfter(Messages, [partition], { order: "asc", after, limit: MAX_MOVED });
  for (const message of await Records.loadMany(Messages, ids, { live: true })) {
    if (message?.related_to_id !== from) continue;
    const moved = { ...message, related_to_type: to.type as MessageRecord["related_to_type"], related_to_id: to.id };
    tx.replace(Messages, message, Records.nextVersion(message, moved));
  }
  return ids.length === MAX_MOVED ? ids.at(-1) : undefined;
}

export * as RecordMail from "./record-mail.ts";
