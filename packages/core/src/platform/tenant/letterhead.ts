import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts } from "../../kernel/context.ts";
import { Failure, invalid } from "../../kernel/error.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Uploads } from "../upload/upload.entity.ts";
import { Upload } from "../upload/upload.ts";

/** The logo of the letterhead: an uploaded picture. A replaced logo is kept, because documents that were sent show it. */

const MAX_LOGO_BYTES = 1 << 20;
/** The use of the upload, by which a logo is told from files that only some users may read. */
const USE = "letterhead";
const LOGO_FIELD = "settings.letterhead.logo_upload_id";

/**
 * Claims an upload of the caller as the logo. Refuses, with the field name: a missing upload, one in use, an unsupported picture, one that is too
 * large.
 */
export async function claimLogo(upload_id: string, tx: Transaction): Promise<void> {
  try {
    const { source } = await Upload.inspect(upload_id);
    if (source.size > MAX_LOGO_BYTES) throw invalid(LOGO_FIELD, `A logo must be at most ${MAX_LOGO_BYTES} bytes`);
    const { readPicture } = await import("../../lib/pdf/picture.ts");
    readPicture(await collectBytes(source.read()), LOGO_FIELD);
    await Upload.keep(upload_id, USE, tx, () => undefined);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const details = error.details.map(({ message }) => ({ field: LOGO_FIELD, message }));
    throw new Failure(error.code, error.message, { details });
  }
}

/** Reads the bytes of the logo. */
export async function readLogo(upload_id: string): Promise<Uint8Array | undefined> {
  const source = await usePorts().objects.open(Upload.permanentKey(upload_id));
  return source && collectBytes(source.read());
}

/** Returns whether an upload is a logo of the tenant, present or former. */
export const isLogo = async (upload_id: string): Promise<boolean> => (await Records.load(Uploads, upload_id))?.used_for === USE;

export * as Letterhead from "./letterhead.ts";
