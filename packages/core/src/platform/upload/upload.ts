import { createHash } from "node:crypto";
import * as z from "zod";
import { collectBytes } from "../../kernel/bytes.ts";
import { Clock } from "../../kernel/clock.ts";
import { capToSession, hasRole, runIn, useActorId, useContext, usePorts } from "../../kernel/context.ts";
import { conflict, invalid, invalidAll, isFailure, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn, parse } from "../../kernel/fn.ts";
import type { StoredObject } from "../../kernel/ports.ts";
import { outputInstant, text } from "../../kernel/schema.ts";
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
 * Files that people send. An upload is announced, its bytes go straight into the object storage, and then another
 * domain takes it, once. What was sent to an upload's address stays as it is: so what was checked is what is read.
 */

export const Info = Stored;
export type Upload = UploadRecord;

/** Where the bytes go, and how. */
export const UploadTarget = z.object({
  upload_id: z.string(),
  url: z.string(),
  method: z.string(),
  headers: z.record(z.string(), z.string()).describe("To be sent with the bytes, as they are"),
  expires_at: outputInstant().describe("Until when they may be sent"),
});

export const create = fn(z.strictObject(fields), async (about): Promise<z.output<typeof UploadTarget>> => {
  const upload = buildUpload(about);
  const { content_type, size } = about;
  const link = await usePorts().objects.links.upload(uploadKey(upload), {
    content_type,
    size,
    seconds: capToSession(SEND_SECONDS),
  });
  return transaction()
    .create(Uploads, { ...upload, expires_at: link.expires_at })
    .commit({ upload_id: upload.id, ...link });
});

const IdInput = z.strictObject({ id: text(64) });

/** For who made it, and administrators; to everybody else it does not exist. */
export const get = fn(IdInput, async ({ id }): Promise<UploadRecord> => {
  const upload = await Records.read(Uploads, id);
  if (upload.created_by !== useActorId() && !hasRole("ADMIN")) throw notFound();
  return { ...upload, ...currentState(upload, await openBytes(upload)) };
});

/** An upload that was taken: its bytes, and where to find them again. */
export interface TakenUpload {
  id: string;
  key: string;
  source: StoredObject;
  file_name: string;
  content_type: string;
  detected_type: NonNullable<UploadRecord["detected_type"]>;
}

/** An upload of the actor for a look at its bytes: it can be taken as before. Throws what `take` throws. */
export async function inspect(id: string): Promise<TakenUpload> {
  const { upload, source } = await requireReady(id);
  return buildTaken(upload, source, detectType(await collectBytes(source.read(0, SIGNATURE_BYTES))));
}

/**
 * Takes an upload of the actor for one use, in the caller's transaction, which then runs inside `retryOnConflict`, or in one of
 * its own. It can be taken once. Throws what names `upload_id`: there is none, it has no bytes, has expired, or was used.
 */
export async function take(id: string, use: string, joined?: Transaction): Promise<TakenUpload> {
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
    const tx = (joined ?? transaction()).replace(Uploads, upload, Records.nextVersion(upload, { ...upload, ...used }));
    if (!joined) await withoutIdempotency(() => tx.commit(undefined));
    return buildTaken(upload, source, detected_type);
  };
  return joined ? attempt() : retryOnConflict(attempt);
}

/** The upload with its bytes, as long as nobody has used it. */
async function requireReady(id: string): Promise<{ upload: UploadRecord; source: StoredObject }> {
  const upload = await Records.load(Uploads, id, { live: true });
  if (!upload || upload.created_by !== useActorId()) throw invalid("upload_id", "No such upload");
  const source = await openBytes(upload);
  const { status } = currentState(upload, source);
  const detail = (message: string) => [{ field: "upload_id", message }];
  if (status === "USED") throw conflict("The upload was used already", detail(`Used for ${upload.used_for}`));
  if (status === "EXPIRED") throw ruleViolation("The upload has expired", detail("Has expired: send the file again"));
  if (!source) throw ruleViolation("The upload has no bytes yet", detail("Send the bytes to its url first"));
  if (source.size !== upload.size)
    throw ruleViolation("The upload has another size", detail(`${source.size} bytes, not ${upload.size}`));
  return { upload, source };
}

const buildTaken = (upload: UploadRecord, source: StoredObject, detected_type: TakenUpload["detected_type"]): TakenUpload => {
  const { id, file_name, content_type } = upload;
  return { id, key: uploadKey(upload), source, file_name, content_type, detected_type };
};

/** A file as a part of a form brings it. */
export const FilePart = z.object({
  file_name: z.string(),
  content_type: z.string(),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array, "Must be a file"),
});
export type FilePart = z.output<typeof FilePart>;

/**
 * Keeps a file that came with a request, to be taken like any other upload. Its record is there before its bytes are:
 * whatever is killed between, they go when it expires.
 */
export async function store({ bytes, ...about }: FilePart): Promise<UploadRecord> {
  const upload = buildUpload(parsePart({ ...about, size: bytes.length }));
  if (!isTable(upload.content_type)) throw invalid("file", "content_type: No table; send it as CSV or XLSX");
  await withoutIdempotency(() => transaction().create(Uploads, upload).commit(undefined));
  await usePorts().objects.write(uploadKey(upload), bytes);
  return upload;
}

/**
 * Keeps bytes of our own that somebody fetches by a link, being too large for an answer, and gives their key. They go
 * when nobody can be fetching them any more.
 */
export async function storeTemporary({
  bytes,
  file_name,
}: Pick<FilePart, "file_name"> & { bytes: Uint8Array | AsyncIterable<Uint8Array> }): Promise<string> {
  // Nobody takes it as an upload, so nobody asks how long it is.
  const size = bytes instanceof Uint8Array ? bytes.length : 1;
  const about = { file_name, content_type: "application/octet-stream", size } as const;
  const now = Clock.now();
  const used = { status: "USED", used_for: "answer", used_at: now, kept_until: Clock.addSeconds(GRACE_SECONDS) } as const;
  const upload = { ...buildUpload(about), ...used };
  await withoutIdempotency(() => transaction().create(Uploads, upload).commit(undefined));
  await usePorts().objects.write(uploadKey(upload), bytes);
  return uploadKey(upload);
}

/** SHA-256 of the bytes of an upload; read through once, and kept with it from then on. */
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

/** Takes the bytes away when their time has come; at `upload.expiry_due`, twice and late too. */
export async function expire(id: string, due_at: string): Promise<void> {
  const upload = await Clocks.loadDue(Uploads, id, "expiry", due_at);
  if (!upload) return;
  // The bytes first: a record that was killed before it could say so is due again.
  await usePorts().objects.delete(uploadKey(upload));
  // What was copied to be kept, and is of nothing: it was never attached, or is no more.
  if (upload.status !== "USED") await usePorts().objects.delete(buildPermanentKey(upload.id));
  await Clocks.runDue(Uploads, id, "expiry", due_at, (current): UploadRecord => {
    const status = current.status === "USED" ? "USED" : "EXPIRED";
    return { ...current, status, kept_until: null };
  });
}

/** Where the bytes of an upload lie that are kept for good. */
const buildPermanentKey = (id: string): string => objectKey("attachments", id);

/** What is known of bytes before they are kept. */
export interface KeptFile {
  file_name: string;
  content_type: string;
  size: number;
  first: Uint8Array;
}

/**
 * Takes an upload of the actor, as `take`, for bytes that are kept for good: they are copied before the transaction says so, and go with
 * the upload where it never does.
 */
export async function keep<T>(id: string, use: string, tx: Transaction, check: (kept: KeptFile) => T | Promise<T>): Promise<T> {
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
 * Keeps bytes that came otherwise than by an upload, in the caller's transaction, under an id that is the same at each try: where the
 * transaction never comes, they lie where the next try writes the same.
 */
export async function keepBytes(
  { bytes, file_name, content_type }: FilePart,
  { id, use, tx }: { id: string; use: string; tx: Transaction },
): Promise<string> {
  const known = parse(fields.content_type.catch("application/octet-stream"), content_type);
  const [now, first] = [Clock.now(), bytes.subarray(0, SIGNATURE_BYTES)];
  const used = { status: "USED", used_for: use, used_at: now, detected_type: detectType(first), kept_until: null } as const;
  await usePorts().objects.write(buildPermanentKey(id), bytes);
  const about = { file_name, content_type: known, size: bytes.length };
  tx.create(Uploads, Records.init(Uploads, { ...buildUploadFields(about), ...used }, { id }));
  return id;
}

/** The key of bytes that are kept. */
export const permanentKey = (id: string): string => buildPermanentKey(id);

/** Lets go of bytes that were kept: in so many seconds they are gone. */
export async function release(id: string, seconds: number, tx: Transaction): Promise<void> {
  const upload = await Records.load(Uploads, id, { live: true });
  if (upload)
    tx.replace(
      Uploads,
      upload,
      Records.nextVersion(upload, { ...upload, status: "EXPIRED", kept_until: Clock.addSeconds(seconds) }),
    );
}

/** Takes that back, as long as they are there. */
export async function retain(id: string, tx: Transaction): Promise<void> {
  const upload = await Records.load(Uploads, id, { live: true });
  if (!upload?.kept_until) throw ruleViolation("The file has gone", [{ field: "id", message: "Its bytes are gone" }]);
  tx.replace(
    Uploads,
    upload,
    Records.nextVersion(upload, { ...upload, status: "USED", kept_until: Clock.addSeconds(GRACE_SECONDS) }),
  );
}

const uploadKey = ({ id }: { id: string }): string => objectKey("uploads", id);
const openBytes = (upload: UploadRecord): Promise<StoredObject | undefined> => usePorts().objects.open(uploadKey(upload));

function buildUpload(about: Pick<UploadRecord, keyof typeof fields>): UploadRecord {
  return Records.init(Uploads, buildUploadFields(about));
}

const buildUploadFields = (about: Pick<UploadRecord, keyof typeof fields>) => ({
  ...about,
  status: "PENDING" as const,
  expires_at: Clock.addSeconds(SEND_SECONDS),
  detected_type: null,
  sha256: null,
  used_for: null,
  used_at: null,
  kept_until: Clock.addSeconds(USE_SECONDS + GRACE_SECONDS),
});

/** Status and expiry as they are now. */
function currentState(upload: UploadRecord, source: StoredObject | undefined): Pick<UploadRecord, "status" | "expires_at"> {
  const status = currentStatus(upload, { isThere: source !== undefined, now: Clock.ms() });
  const until = Clock.addSeconds(USE_SECONDS, Date.parse(upload.created_at));
  return { status, expires_at: status === "PENDING" || !source ? upload.expires_at : until };
}

/** What is said of a part is said of the field `file`. */
function parsePart(about: Record<keyof typeof fields, unknown>): z.output<z.ZodObject<typeof fields>> {
  try {
    return parse(z.strictObject(fields), about);
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    throw invalidAll(error.details.map(({ field, message }) => ({ field: "file", message: `${field}: ${message}` })));
  }
}

/** Writes what is not the effect of a keyed request yet: its answer is kept by the write that is. */
function withoutIdempotency<T>(write: () => Promise<T>): Promise<T> {
  const context = useContext();
  const { idempotency: _kept, ...request } = context.request;
  return runIn({ ...context, request }, write);
}

/** At `upload.expiry_due`. */
export const onExpiry = createClockListener(expire);

export * as Upload from "./upload.ts";
