import * as z from "zod";
import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts } from "../../kernel/context.ts";
import { conflict, invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { registryName } from "../../kernel/registry.ts";
import { IdInput, patchSchema, type StoredFields, text, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { Master } from "../../platform/master-data/master.ts";
import { UPLOAD } from "../../platform/upload/upload.kind.ts";
import { Upload } from "../../platform/upload/upload.ts";
import { list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { buildTimelineSource } from "../../storage/read/timeline.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { loadCollectionById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { buildSubjectListQuery, requireSubject, requireSubjectVisible } from "../person/subject.ts";
import { type AttachmentRecord, Attachments, fields, Stored } from "./attachment.entity.ts";
import { DOCUMENT_TYPES } from "./attachment.masters.ts";
import { detectContentType, findContentFault, findExtensionFault, findFileFault } from "./attachment.rules.ts";

/** Attachments: files of records of any kind. Users who see the record see them. */

export const Info = Stored;
export type File = AttachmentRecord;
export const Row = rowSchema(Stored, Attachments.definition.row);

export const Create = z.strictObject({
  related_to_type: registryName("attachments")
    .optional()
    .describe("Kind of the related record. Optional, because the record determines it"),
  related_to_id: text(64).describe("The record that it belongs to. Cannot be changed"),
  upload_id: text(64).describe("Id of an uploaded file that no record uses yet"),
  ...fields,
});

export const create = fn(Create, ({ related_to_type, related_to_id, upload_id, ...input }) =>
  retryOnConflict(async () => {
    const { type, id, owner } = await requireSubject("attachments", { related_to_type, related_to_id });
    const values = await Master.resolveAll(fields, toStoredFields(fields, input));
    const tx = transaction();
    const file = await Upload.keep(upload_id, `attachment of a ${type}`, tx, async ({ first, size, ...metadata }) => {
      const file_name = values.file_name ?? metadata.file_name;
      const contentFault = findContentFault(first, { file_name, content_type: metadata.content_type });
      if (contentFault) throw invalid("upload_id", contentFault);
      await requireAllowedFile({ file_name, file_size: size, document_type_id: values.document_type_id }, "upload_id");
      return { file_name, file_size: size, file_type: detectContentType(first, metadata.content_type), upload_id };
    });
    const subject = { related_to_type: type, related_to_id: id, personal_key_id: owner };
    const attachment = Records.init(Attachments, { ...subject, ...values, ...file }, owner ? { owner } : {});
    return tx.create(Attachments, attachment).commit(attachment);
  }),
);

/** A file that arrived without a request, such as with a mail, for a record that is written in the same transaction. */
export interface IncomingFile {
  id: string;
  personal_key_id: string | null;
  related_to_type: AttachmentRecord["related_to_type"];
  related_to_id: string;
  file_name: string;
  content_type: string;
  bytes: Uint8Array;
}

/** Attaches the file. The ids are derived, so that a retry writes the same items. */
export async function createFromFile(
  { bytes, content_type, file_name, ...subject }: IncomingFile,
  tx: Transaction,
): Promise<void> {
  const upload = derivedId(UPLOAD, idTime(subject.id), subject.id);
  const content = { file_name, content_type, bytes };
  const upload_id = await Upload.keepBytes(content, { id: upload, use: `attachment of a ${subject.related_to_type}`, tx });
  const { id, ...related } = subject;
  const file = {
    file_name,
    file_size: bytes.length,
    file_type: detectContentType(bytes.subarray(0, 4096), content_type),
    upload_id,
  };
  const emptyFields = { document_type_id: null, category_id: null, description: null };
  tx.create(Attachments, Records.init(Attachments, { ...related, ...emptyFields, ...file }, { id }));
}

/** Refuses a file that its document type does not allow. */
async function requireAllowedFile(
  { file_name, file_size, document_type_id }: Pick<AttachmentRecord, "file_name" | "file_size" | "document_type_id">,
  field: string,
): Promise<void> {
  const type = document_type_id ? await Master.find(DOCUMENT_TYPES, document_type_id) : undefined;
  const fault = findFileFault({ file_name, size: file_size }, type ?? {});
  if (fault) throw invalid(field, fault);
}

export const get = fn(IdInput, async ({ id }) => requireSubjectVisible(await Records.read(Attachments, id)));

/** Loads the attachments that are not deleted, without a check of visibility, for the record that contains them. */
export const loadLive = (ids: readonly string[]): Promise<(AttachmentRecord | undefined)[]> =>
  Records.loadMany(Attachments, ids, { live: true });

/** Reads all bytes of a file into memory: only for small files. */
export async function readBytes({ upload_id }: AttachmentRecord): Promise<Uint8Array | undefined> {
  const source = await usePorts().objects.open(Upload.permanentKey(upload_id));
  if (!source) return undefined;
  const { buffer, byteOffset, length } = await collectBytes(source.read());
  return new Uint8Array(buffer, byteOffset, length);
}

/** Returns the storage key, name and type of the file, if the caller sees its record. */
export const locateFile = fn(IdInput, async ({ id }) => {
  const { upload_id, file_name, file_type } = await get({ id });
  return { key: Upload.permanentKey(upload_id), file_name, content_type: file_type };
});

export const update = fn(patchSchema(fields).extend({ id: text(64) }), ({ id, ...patch }) =>
  Records.change(Attachments, id, async (current) => {
    await requireSubjectVisible(current);
    const changes: Partial<StoredFields<typeof fields>> = await Master.resolveAll(fields, toStoredPatch(fields, patch), current);
    const next = { ...current, ...changes, file_name: changes.file_name ?? current.file_name };
    const extensionFault = next.file_name === current.file_name ? undefined : findExtensionFault(next);
    if (extensionFault) throw invalid("file_name", extensionFault);
    await requireAllowedFile(next, changes.document_type_id ? "document_type_id" : "file_name");
    return next;
  }),
);

/** Seconds after the deletion in which an attachment can be restored. Then its bytes are deleted. */
export const RESTORE_SECONDS = 30 * 24 * 60 * 60;

export const remove = fn(IdInput, ({ id }) =>
  Records.remove(Attachments, id, async (current, tx) => {
    await requireSubjectVisible(current);
    await requireUnused(current, tx);
    await Upload.release(current.upload_id, RESTORE_SECONDS, tx);
    return current;
  }),
);

/** Refuses to delete a file that its record refers to. The transaction fails if the record changes meanwhile. */
async function requireUnused({ id, related_to_id }: AttachmentRecord, tx: Transaction): Promise<void> {
  const collection = await loadCollectionById(related_to_id);
  const { attachmentIds } = collection?.definition ?? {};
  if (!collection || !attachmentIds) return;
  const record = await Records.load(collection, related_to_id);
  if (!record) return;
  if (attachmentIds(record).includes(id))
    throw conflict(`The ${collection.kind.name.replaceAll("_", " ")} uses the attachment: remove it there first`, [
      { field: "id", message: `Used in ${related_to_id}` },
    ]);
  tx.requireUnchanged(record);
}

export const restore = fn(IdInput, ({ id }) =>
  Records.restore(Attachments, id, async (current, tx) => {
    await Upload.retain((await requireSubjectVisible(current)).upload_id, tx);
    return current;
  }),
);

const Query = listSchema(Attachments, {}, { named: ["related_to_id"] });

export const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> =>
  buildSubjectListQuery(Attachments, await Master.resolveAll(Query.shape, input, input));

export const list = fn(Query, async (input) => listRecords(Attachments, await listQuery(input)));

/** The definition of the list for exports. */
export const listDefinition = { collection: Attachments, query: Query, listQuery, info: Info, fields };

/** The timeline entries of attachments. */
export const timelineSource = buildTimelineSource(Attachments, {
  title: ({ file_name }) => file_name,
  readActor: ({ created_by }) => created_by,
});

export * as Attachment from "./attachment.ts";
