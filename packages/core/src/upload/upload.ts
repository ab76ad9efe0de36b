import { createHash } from "node:crypto";
import * as z from "zod";
import { collected } from "../kernel/bytes.ts";
import { Clock } from "../kernel/clock.ts";
import { hasRole, lasting, runIn, useActorId, useContext, usePorts } from "../kernel/context.ts";
import { conflict, invalid, invalidAll, isFailure, notFound, ruleViolation } from "../kernel/error.ts";
import { fn, parse } from "../kernel/fn.ts";
import type { StoredObject } from "../kernel/ports.ts";
import { shownInstant, text } from "../kernel/schema.ts";
import { Clocks, onClock } from "../storage/jobs/clocks.ts";
import { objectKey } from "../storage/table/object.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { fields, Stored, type UploadRecord, Uploads } from "./upload.entity.ts";
import { detectedType, GRACE, isTable, statusNow, TELLING, TO_READ, TO_SEND, TO_USE } from "./upload.rules.ts";

/**
 * Files that people send. An upload is announced, its bytes go straight into the object storage, and then another
 * domain takes it, once. What was sent to an upload's address stays as it is: so what was checked is what is read.
 */

export const Info = Stored;
export type Upload = UploadRecord;

/** Where the bytes go, and how. */
export const Announced = z.object({
  upload_id: z.string(),
  url: z.string(),
  method: z.string(),
  headers: z.record(z.string(), z.string()).describe("To be sent with the bytes, as they are"),
  expires_at: shownInstant().describe("Until when they may be sent"),
});

export const create = fn(z.strictObject(fields), async (about): Promise<z.output<typeof Announced>> => {
  const upload = announced(about);
  const { content_type, size } = about;
  const link = await usePorts().objects.links.upload(keyOf(upload), { content_type, size, seconds: lasting(TO_SEND) });
  return transaction()
    .create(Uploads, { ...upload, expires_at: link.expires_at })
    .commit({ upload_id: upload.id, ...link });
});

const One = z.strictObject({ id: text(64) });

/** For who made it, and administrators; to everybody else it does not exist. */
export const get = fn(One, async ({ id }): Promise<UploadRecord> => {
  const upload = await Records.read(Uploads, id);
  if (upload.created_by !== useActorId() && !hasRole("ADMIN")) throw notFound();
  return { ...upload, ...stateOf(upload, await bytesOf(upload)) };
});

/** An upload that was taken: its bytes, and where to find them again. */
export interface Taken {
  id: string;
  key: string;
  source: StoredObject;
  file_name: string;
  content_type: string;
  detected_type: NonNullable<UploadRecord["detected_type"]>;
}

/** An upload of the actor for a look at its bytes: it can be taken as before. Throws what `take` throws. */
export async function look(id: string): Promise<Taken> {
  const { upload, source } = await ready(id);
  return taken(upload, source, detectedType(await collected(source.read(0, TELLING))));
}

/**
 * Takes an upload of the actor for one use, in the caller's transaction, which then runs inside `retryOnConflict`, or in one of
 * its own. It can be taken once. Throws what names `upload_id`: there is none, it has no bytes, has expired, or was used.
 */
export async function take(id: string, use: string, joined?: Transaction): Promise<Taken> {
  const attempt = async (): Promise<Taken> => {
    const { upload, source } = await ready(id);
    const detected_type = detectedType(await collected(source.read(0, TELLING)));
    const now = Clock.now();
    const used = { status: "USED", used_for: use, used_at: now, detected_type, kept_until: Clock.after(TO_READ) } as const;
    const tx = (joined ?? transaction()).replace(Uploads, upload, Records.nextVersion(upload, { ...upload, ...used }));
    if (!joined) await alone(() => tx.commit(undefined));
    return taken(upload, source, detected_type);
  };
  return joined ? attempt() : retryOnConflict(attempt);
}

/** The upload with its bytes, as long as nobody has used it. */
async function ready(id: string): Promise<{ upload: UploadRecord; source: StoredObject }> {
  const upload = await Records.load(Uploads, id, { live: true });
  if (!upload || upload.created_by !== useActorId()) throw invalid("upload_id", "No such upload");
  const source = await bytesOf(upload);
  const { status } = stateOf(upload, source);
  const detail = (message: string) => [{ field: "upload_id", message }];
  if (status === "USED") throw conflict("The upload was used already", detail(`Used for ${upload.used_for}`));
  if (status === "EXPIRED") throw ruleViolation("The upload has expired", detail("Has expired: send the file again"));
  if (!source) throw ruleViolation("The upload has no bytes yet", detail("Send the bytes to its url first"));
  if (source.size !== upload.size)
    throw ruleViolation("The upload has another size", detail(`${source.size} bytes, not ${upload.size}`));
  return { upload, source };
}

const taken = (upload: UploadRecord, source: StoredObject, detected_type: Taken["detected_type"]): Taken => {
  const { id, file_name, content_type } = upload;
  return { id, key: keyOf(upload), source, file_name, content_type, detected_type };
};

/** A file as a part of a form brings it. */
export const Part = z.object({
  file_name: z.string(),
  content_type: z.string(),
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array, "Must be a file"),
});
export type Part = z.output<typeof Part>;

/**
 * Keeps a file that came with a request, to be taken like any other upload. Its record is there before its bytes are:
 * whatever is killed between, they go when it expires.
 */
export async function store({ bytes, ...about }: Part): Promise<UploadRecord> {
  const upload = announced(aboutPart({ ...about, size: bytes.length }));
  if (!isTable(upload.content_type)) throw invalid("file", "content_type: No table; send it as CSV or XLSX");
  await alone(() => transaction().create(Uploads, upload).commit(undefined));
  await usePorts().objects.write(keyOf(upload), bytes);
  return upload;
}

/**
 * Keeps bytes of our own that somebody fetches by a link, being too large for an answer, and gives their key. They go
 * when nobody can be fetching them any more.
 */
export async function lend({
  bytes,
  file_name,
}: Pick<Part, "file_name"> & { bytes: Uint8Array | AsyncIterable<Uint8Array> }): Promise<string> {
  // Nobody takes it as an upload, so nobody asks how long it is.
  const size = bytes instanceof Uint8Array ? bytes.length : 1;
  const about = { file_name, content_type: "application/octet-stream", size } as const;
  const now = Clock.now();
  const used = { status: "USED", used_for: "answer", used_at: now, kept_until: Clock.after(GRACE) } as const;
  const upload = { ...announced(about), ...used };
  await alone(() => transaction().create(Uploads, upload).commit(undefined));
  await usePorts().objects.write(keyOf(upload), bytes);
  return keyOf(upload);
}

/** SHA-256 of the bytes of an upload; read through once, and kept with it from then on. */
export async function digest(id: string): Promise<string> {
  const upload = await Records.load(Uploads, id);
  const source = upload && (await bytesOf(upload));
  if (!upload || !source) throw notFound();
  if (upload.sha256) return upload.sha256;
  const hash = createHash("sha256");
  for await (const chunk of source.read()) hash.update(chunk);
  const sha256 = hash.digest("hex");
  await alone(() => Records.change(Uploads, id, (current) => ({ ...current, sha256 })));
  return sha256;
}

/** Takes the bytes away when their time has come; at `upload.expiry_due`, twice and late too. */
export async function expire(id: string, due_at: string): Promise<void> {
  const upload = await Clocks.standing(Uploads, id, "expiry", due_at);
  if (!upload) return;
  // The bytes first: a record that was killed before it could say so is due again.
  await usePorts().objects.delete(keyOf(upload));
  // What was copied to be kept, and is of nothing: it was never attached, or is no more.
  if (upload.status !== "USED") await usePorts().objects.delete(keptKeyOf(upload.id));
  await Clocks.attend(Uploads, id, "expiry", due_at, (current): UploadRecord => {
    const status = current.status === "USED" ? "USED" : "EXPIRED";
    return { ...current, status, kept_until: null };
  });
}

/** Where the bytes of an upload lie that are kept for good. */
const keptKeyOf = (id: string): string => objectKey("attachments", id);

/** What is known of bytes before they are kept. */
export interface Kept {
  file_name: string;
  content_type: string;
  size: number;
  first: Uint8Array;
}

/**
 * Takes an upload of the actor, as `take`, for bytes that are kept for good: they are copied before the transaction says so, and go with
 * the upload where it never does.
 */
export async function keep<T>(id: string, use: string, tx: Transaction, check: (kept: Kept) => T | Promise<T>): Promise<T> {
  const { upload, source } = await ready(id);
  const { file_name, content_type, size } = upload;
  const first = await collected(source.read(0, TELLING));
  const checked = await check({ file_name, content_type, size, first });
  await usePorts().objects.write(keptKeyOf(id), source.read());
  const now = Clock.now();
  const used = { status: "USED", used_for: use, used_at: now, detected_type: detectedType(first) } as const;
  tx.replace(Uploads, upload, Records.nextVersion(upload, { ...upload, ...used, kept_until: Clock.after(GRACE) }));
  return checked;
}

/**
 * Keeps bytes that came otherwise than by an upload, in the caller's transaction, under an id that is the same at each try: where the
 * transaction never comes, they lie where the next try writes the same.
 */
export async function bring(
  { bytes, file_name, content_type }: Part,
  { id, use, tx }: { id: string; use: string; tx: Transaction },
): Promise<string> {
  const known = parse(fields.content_type.catch("application/octet-stream"), content_type);
  const [now, first] = [Clock.now(), bytes.subarray(0, TELLING)];
  const used = { status: "USED", used_for: use, used_at: now, detected_type: detectedType(first), kept_until: null } as const;
  await usePorts().objects.write(keptKeyOf(id), bytes);
  const about = { file_name, content_type: known, size: bytes.length };
  tx.create(Uploads, Records.born(Uploads, { ...announcedOf(about), ...used }, { id }));
  return id;
}

/** The key of bytes that are kept. */
export const keptAs = (id: string): string => keptKeyOf(id);

/** Lets go of bytes that were kept: in so many seconds they are gone. */
export async function release(id: string, seconds: number, tx: Transaction): Promise<void> {
  const upload = await Records.load(Uploads, id, { live: true });
  if (upload)
    tx.replace(Uploads, upload, Records.nextVersion(upload, { ...upload, status: "EXPIRED", kept_until: Clock.after(seconds) }));
}

/** Takes that back, as long as they are there. */
export async function retain(id: string, tx: Transaction): Promise<void> {
  const upload = await Records.load(Uploads, id, { live: true });
  if (!upload?.kept_until) throw ruleViolation("The file has gone", [{ field: "id", message: "Its bytes are gone" }]);
  tx.replace(Uploads, upload, Records.nextVersion(upload, { ...upload, status: "USED", kept_until: Clock.after(GRACE) }));
}

const keyOf = ({ id }: { id: string }): string => objectKey("uploads", id);
const bytesOf = (upload: UploadRecord): Promise<StoredObject | undefined> => usePorts().objects.open(keyOf(upload));

function announced(about: Pick<UploadRecord, keyof typeof fields>): UploadRecord {
  return Records.born(Uploads, announcedOf(about));
}

const announcedOf = (about: Pick<UploadRecord, keyof typeof fields>) => ({
  ...about,
  status: "PENDING" as const,
  expires_at: Clock.after(TO_SEND),
  detected_type: null,
  sha256: null,
  used_for: null,
  used_at: null,
  kept_until: Clock.after(TO_USE + GRACE),
});

/** Status and expiry as they are now. */
function stateOf(upload: UploadRecord, source: StoredObject | undefined): Pick<UploadRecord, "status" | "expires_at"> {
  const status = statusNow(upload, { isThere: source !== undefined, now: Clock.ms() });
  const until = Clock.after(TO_USE, Date.parse(upload.created_at));
  return { status, expires_at: status === "PENDING" || !source ? upload.expires_at : until };
}

/** What is said of a part is said of the field `file`. */
function aboutPart(about: Record<keyof typeof fields, unknown>): z.output<z.ZodObject<typeof fields>> {
  try {
    return parse(z.strictObject(fields), about);
  } catch (error) {
    if (!isFailure(error, "VALIDATION_ERROR")) throw error;
    throw invalidAll(error.details.map(({ field, message }) => ({ field: "file", message: `${field}: ${message}` })));
  }
}

/** Writes what is not the effect of a keyed request yet: its answer is kept by the write that is. */
function alone<T>(write: () => Promise<T>): Promise<T> {
  const context = useContext();
  const { idempotency: _kept, ...request } = context.request;
  return runIn({ ...context, request }, write);
}

/** At `upload.expiry_due`. */
export const onExpiry = onClock(expire);

export * as Upload from "./upload.ts";
