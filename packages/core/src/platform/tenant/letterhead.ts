import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts } from "../../kernel/context.ts";
import { Failure, invalid } from "../../kernel/error.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Upload } from "../upload/upload.ts";

/** The logo of the letterhead: an uploaded picture. A replaced logo is kept, because documents that were sent show it. */

const MAX_LOGO_BYTES = 1 << 20;
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
    await Upload.keep(upload_id, "letterhead", tx, () => undefined);
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

export * as Letterhead from "./letterhead.ts";
