import { collectBytes } from "../../kernel/bytes.ts";
import { usePorts } from "../../kernel/context.ts";
import { Failure, invalid } from "../../kernel/error.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { Upload } from "../upload/upload.ts";

/** The logo of the letterhead: a picture that was uploaded. One that another took the place of stays: what went out shows it. */

const MAX_LOGO_BYTES = 1 << 20;
const LOGO_FIELD = "settings.letterhead.logo_upload_id";

/** Takes an upload of the caller for it. Refused by name of the field: none, one in use, no picture that documents show, one too large. */
export async function claimLogo(upload_id: string, tx: Transaction): Promise<void> {
  try {
    const { source } = await Upload.inspect(upload_id);
    if (source.size > MAX_LOGO_BYTES) throw invalid(LOGO_FIELD, `A logo has at most ${MAX_LOGO_BYTES} bytes`);
    const { readPicture } = await import("../../lib/pdf/picture.ts");
    readPicture(await collectBytes(source.read()), LOGO_FIELD);
    await Upload.keep(upload_id, "letterhead", tx, () => undefined);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const details = error.details.map(({ message }) => ({ field: LOGO_FIELD, message }));
    throw new Failure(error.code, error.message, { details });
  }
}

/** Its bytes. */
export async function readLogo(upload_id: string): Promise<Uint8Array | undefined> {
  const source = await usePorts().objects.open(Upload.permanentKey(upload_id));
  return source && collectBytes(source.read());
}

export * as Letterhead from "./letterhead.ts";
