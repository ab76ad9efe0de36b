import { createHash } from "node:crypto";
import * as z from "zod";
import { collectBytes } from "../../kernel/bytes.ts";
import { Clock } from "../../kernel/clock.ts";
import { capToSession, hasRole, runIn, useActorId, useContext, usePorts } from "../../kernel/context.ts";
import { conflict, invalid, invalidAll, isFailure, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn, parse } from "../../kernel/fn.ts";
import type { StoredObject } from "../../kernel/ports.ts";
import { IdInput, outputInstant } from "../../kernel/schema.ts";
import { Clocks, createClockListener } from "../../storage/scheduler/clocks.ts";
import { objectKey } from "../../storage/table/object-key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { fields, Stored, type UploadRecord, Uploads } from "./upload.entity.ts";
import {
  currentStatus,
  detectType,
  GRACE_SECONDS,
  isTable,
  READ_SECONDS,
  SEND_SECONDS,
  SIGNATURE_BYTES,
  USE_SECONDS,
} from "./upload.rules.ts";

/**
 * Files that users send. An upload is created, its bytes go directly into object storage, and then another domain takes it, once. Bytes at an
 * upload's key never change, so the bytes that were checked are those that are read.
 */

export const Info = Stored;
export type Upload = UploadRecord;

/** Where and how the client sends the bytes. */
export const UploadTarget = z.object({
  upload_id: z.string(),
  url: z.string(),
  method: z.string(),
  headers: z.record(z.string(), z.string()).describe("Headers to send unchanged with the bytes"),
  expires_at: outputInstant().describe("Until when the bytes can be sent"),
});

export const create = fn(z.strictObject(fields), async (metadata): Promise<z.output<typeof UploadTarget>> => {
  const upload = buildUpload(metadata);
  const { content_type, size } = metadata;
  const link = await usePorts().objects.links.upload(uploadKey(upload), {
    content_type,
    size,
    seconds: capToSession(SEND_SECONDS),
  });
  return transaction()
    .create(Uploads, { ...upload, expires_at: link.expires_at })
    .commit({ upload_id: upload.id, ...link });
});

/** Reads an upload that the caller created; administrators may read every one. For all other users it does not exist. */
export const get = fn(IdInput, async ({ id }): Promise<UploadRecord> => {
  const upload = await Records.read(Uploads, id);
  if (upload.created_by !== useActorId() && !hasRole("ADMIN")) throw notFound();
  return { ...upload, ...currentState(upload, await openBytes(upload)) };
});

/** An upload that was taken: its bytes, and the key to find them again. */
export interface TakenUpload {
  id: string;
  key: string;
  source: StoredObject;
  file_name: string;
  content_type: string;
  detected_type: NonNullable<UploadRecord["detected_type"]>;
}

/** Returns an upload of the actor without taking it. Throws the same errors as `take`. */
export async function inspect(id: string): Promise<TakenUpload> {
  const { upload, source } = await requireReady(id);
  return buildTaken(upload, source, detectType(await collectBytes(source.read(0, SIGNATURE_BYTES))));
}

/**
 * Takes an upload of the actor for one use. The write joins the caller's transaction, which then runs inside `retryOnConflict`, or a transaction of
 * its own. An upload can be taken once. Throws an error on `upload_id` if it does not exist, has no bytes, has expired, or was used.
 */
export async function take(id: string, use: string, outerTransaction?: Transaction): Promise<TakenUpload> {
  const attempt = async (): Promise<TakenUpload> => {
    const { upload, source } = await requireReady(id);
    const detected_type = detectType(await collectBytes(source.read(0, SIGNATURE_BYTES)));
    const now = Clock.now();
    const used = {
      status: "USED",
      used_for: use,
      used_at: now,
      detected_type,
      kept_until: Clock.addSeconds(READ_SECONDS),
    } as const;
    const tx = (outerTransaction ?? transaction()).replace(Uploads, upload, Records.nextVersion(upload, { ...upload, ...used }));
    if (!outerTransaction) await withoutIdempotency(() => tx.commit(undefined));
    return buildTaken(upload, source, detected_type);
  };
  return outerTransaction ? attempt() : retryOnConflict(attempt);
}

/** Returns the upload with its bytes; refuses one that cannot be used. */
async function requireReady(id: string): Promise<{ upload: UploadRecord; source: StoredObject }> {
  const upload = await Records.load(Uploads, id, { live: true });
  if (!upload || upload.created_by !== useActorId()) throw invalid("upload_id", "No such upload");
  const source = await openBytes(upload);
  const { status } = currentState(upload, source);
  const detail = (message: string) => [{ field: "upload_id", message }];
  if (status === "USED") throw conflict("The upload was already used", detail(`Used for ${upload.used_for}`));
  if (status === "EXPIRED") throw ruleViolation("The upload has expired", detail("Expired: send the file again"));
  if (!source) throw ruleViolation("The upload has no bytes yet", detail("Send the bytes to its URL first"));
  if (source.size !== upload.size)
    throw ruleViolation(
      "The size of the upload differs from the declared size",
      detail(`Has ${source.size} bytes instead of ${upload.size}`),
    );
  return { upload, source };
}

const buildTaken = (upload: UploadRecord, source: StoredObject, detected_type: TakenUpload["detected_type"]): TakenUpload => {
  const { id, file_name, content_type } = upload;
  return { id, key: uploadKey(upload), source, file_name, content_type, detected_type };
};

/** A file in a multipart form. */
export const FilePart = z.object({
  file_name: z.string(),
  content_type: z.string(),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array, "Must be a file"),
});
export type FilePart = z.output<typeof FilePart>;

/**
 * Stores a file that came with a request; it is taken like any other upload. Its record is written before its bytes, so that bytes of an interrupted
 * request are deleted when the upload expires.
 */
export async function store({ bytes, ...metadata }: FilePart): Promise<UploadRecord> {
  const upload = buildUpload(parsePart({ ...metadata, size: bytes.length }));
  if (!isTable(upload.content_type)) throw invalid("file", "content_type: Must be CSV or XLSX");
  await withoutIdempotency(() => transaction().create(Uploads, upload).commit(undefined));
  await usePorts().objects.write(uploadKey(upload), bytes);
  return upload;
}

/**
 * Stores bytes of the system that a client fetches by a link because they are too large for an answer, and returns their key. They are deleted when
 * no client can still be fetching them.
 */
export async function storeTemporary({
  bytes,
  file_name,
}: Pick<FilePart, "file_name"> & { bytes: Uint8Array | AsyncIterable<Uint8Array> }): Promise<string> {
  // This upload is never taken, so its size is not checked.
  const size = bytes instanceof Uint8Array ? bytes.length : 1;
  const metadata = { file_name, content_type: "application/octet-stream", size } as const;
  const now = Clock.now();
  const used = { status: "USED", used_for: "answer", used_at: now, kept_until: Clock.addSeconds(GRACE_SECONDS) } as const;
  const upload = { ...buildUpload(metadata), ...used };
  await withoutIdempotency(() => transaction().create(Uploads, upload).commit(undefined));
  await usePorts().objects.write(uploadKey(upload), bytes);
  return uploadKey(upload);
}

/** Returns the SHA-256 of the bytes of an upload. It is computed once and stored with the upload. */
export async function digest(id: string): Promise<string> {
  const upload = await Records.load(Uploads, id);
  const source = upload && (await openBytes(upload));
  if (!upload || !source) throw notFound();
  if (upload.sha256) return upload.sha256;
  const hash = createHash("sha256");
  for await (const chunk of source.read()) hash.update(chunk);
  const sha256 = hash.digest("hex");
  await withoutIdempotency(() => Records.change(Uploads, id, (current) => ({ ...current, sha256 })));
  return sha256;
}

/** Deletes the bytes of an expired upload; handles `upload.expiry_due`, which may arrive twice or late. */
export async function expire(id: string, due_at: string): Promise<void> {
  const upload = await Clocks.loadDue(Uploads, id, "expiry", due_at);
  if (!upload) return;
  // Bytes are deleted first: if the process is killed before the record is changed, the record stays due.
  await usePorts().objects.delete(uploadKey(upload));
  // The permanent copy belongs to nothing if the upload was never used or has been released.
  if (upload.status !== "USED") await usePorts().objects.delete(buildPermanentKey(upload.id));
  await Clocks.runDue(Uploads, id, "expiry", due_at, (current): UploadRecord => {
    const status = current.status === "USED" ? "USED" : "EXPIRED";
    return { ...current, status, kept_until: null };
  });
}

/** The key of the permanent copy of an upload's bytes. */
const buildPermanentKey = (id: string): string => objectKey("attachments", id);

/** The properties of a file before it is kept permanently. */
export interface StoredFile {
  file_name: string;
  content_type: string;
  size: number;
  first: Uint8Array;
}

/**
 * Takes an upload of the actor, as `take` does, and keeps its bytes permanently. The bytes are copied before the transaction commits; if it never
 * does, the copy is deleted with the upload.
 */
export async function keep<T>(id: string, use: string, tx: Transaction, check: (file: StoredFile) => T | Promise<T>): Promise<T> {
  const { upload, source } = await requireReady(id);
  const { file_name, content_type, size } = upload;
  const first = await collectBytes(source.read(0, SIGNATURE_BYTES));
  const checked = await check({ file_name, content_type, size, first });
  await usePorts().objects.write(buildPermanentKey(id), source.read());
  const now = Clock.now();
  const used = { status: "USED", used_for: use, used_at: now, detected_type: detectType(first) } as const;
  tx.replace(Uploads, upload, Records.nextVersion(upload, { ...upload, ...used, kept_until: Clock.addSeconds(GRACE_SECONDS) }));
  return checked;
}

/**
 * Keeps bytes that did not come as an upload, in the caller's transaction. The id must be the same in each attempt: if the transaction fails, the
 * next attempt overwrites the same bytes.
 */
export async function keepBytes(
  { bytes, file_name, content_type }: FilePart,
  { id, use, tx }: { id: string; use: string; tx: Transaction },
): Promise<string> {
  const contentType = parse(fields.content_type.catch("application/octet-stream"), content_type);
  const [now, first] = [Clock.now(), bytes.subarray(0, SIGNATURE_BYTES)];
  const used = { status: "USED", used_for: use, used_at: now, detected_type: detectType(first), kept_until: null } as const;
  await usePorts().objects.write(buildPermanentKey(id), bytes);
  const metadata = { file_name, content_type: contentType, size: bytes.length };
  tx.create(Uploads, Records.init(Uploads, { ...buildUploadFields(metadata), ...used }, { id }));
  return id;
}

/** Returns the key of permanently kept bytes. */
export const permanentKey = (id: string): string => buildPermanentKey(id);

/** Releases permanently kept bytes: they are deleted after `seconds`. */
export async function release(id: string, seconds: number, tx: Transaction): Promise<void> {
  const upload = await Records.load(Uploads, id, { live: true });
  if (upload)
    tx.replace(
      Uploads,
      upload,
      Records.nextVersion(upload, { ...upload, status: "EXPIRED", kept_until: Clock.addSeconds(seconds) }),
    );
}

/** Reverses a release, if the bytes still exist. */
export async function retain(id: string, tx: Transaction): Promise<void> {
  const upload = await Records.load(Uploads, id, { live: true });
  if (!upload?.kept_until)
    throw ruleViolation("The file no longer exists", [{ field: "id", message: "The content was deleted" }]);
  tx.replace(
    Uploads,
    upload,
    Records.nextVersion(upload, { ...upload, status: "USED", kept_until: Clock.addSeconds(GRACE_SECONDS) }),
  );
}

const uploadKey = ({ id }: { id: string }): string => objectKey("uploads", id);
const openBytes = (upload: UploadRecord): Promise<StoredObject | undefined> => usePorts().objects.open(uploadKey(upload));

function buildUpload(input: Pick<UploadRecord, keyof typeof fields>): UploadRecord {
  return Records.init(Uploads, buildUploadFields(input));
}

const buildUploadFields = (input: Pick<UploadRecord, keyof typeof fields>) => ({
  ...input,
  status: "PENDING" as const,
  expires_at: Clock.addSeconds(SEND_SECONDS),
  detected_type: null,
  sha256: null,
  used_for: null,
  used_at: null,
  kept_until: Clock.addSeconds(USE_SECONDS + GRACE_SECONDS),
});

/** Returns the current status and expiry. */
function currentState(upload: UploadRecord, source: StoredObject | undefined): Pick<UploadRecord, "status" | "expires_at"> {
  const status = currentStatus(upload, { isThere: source !== undefined, now: Clock.ms() });
  const until = Clock.addSeconds(USE_SECONDS, Date.parse(upload.created_at));
  return { status, expires_at: status === "PENDING" || !source ? upload.expires_at : until };
}

/** Validates a form part; errors are reported on the field `file`. */
function parsePart(input: Record<keyof typeof fields, unknown>): z.output<z.ZodObject<typeof fields>> {
  try {
    return parse(z.strictObject(fields), input);
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    throw invalidAll(error.details.map(({ field, message }) => ({ field: "file", message: `${field}: ${message}` })));
  }
}

/** Runs a write that is not yet the effect of a request with an idempotency key; the later main write stores the answer. */
function withoutIdempotency<T>(write: () => Promise<T>): Promise<T> {
  const context = useContext();
  const { idempotency: _kept, ...request } = context.request;
  return runIn({ ...context, request }, write);
}

/** Handles `upload.expiry_due`. */
export const onExpiry = createClockListener(expire);

export * as Upload from "./upload.ts";
