import { collected } from "../kernel/bytes.ts";
import { usePorts } from "../kernel/context.ts";
import { Failure, invalid } from "../kernel/error.ts";
import type { Transaction } from "../storage/write/transaction.ts";
import { Upload } from "../upload/upload.ts";

/** The logo of the letterhead: a picture that was uploaded. One that another took the place of stays: what went out shows it. */

const LARGEST_LOGO = 1 << 20;
const FIELD = "settings.letterhead.logo_upload_id";

/** Takes an upload of the caller for it. Refused by name of the field: none, one in use, no picture that documents show, one too large. */
export async function takeLogo(upload_id: string, tx: Transaction): Promise<void> {
  try {
    const { source } = await Upload.look(upload_id);
    if (source.size > LARGEST_LOGO) throw invalid(FIELD, `A logo has at most ${LARGEST_LOGO} bytes`);
    const { readPicture } = await import("../document/picture.ts");
    readPicture(await collected(source.read()), FIELD);
    await Upload.keep(upload_id, "letterhead", tx, () => undefined);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const details = error.details.map(({ message }) => ({ field: FIELD, message }));
    throw new Failure(error.code, error.message, { details });
  }
}

/** Its bytes. */
export async function logoOf(upload_id: string): Promise<Uint8Array | undefined> {
  const source = await usePorts().objects.open(Upload.keptAs(upload_id));
  return source && collected(source.read());
}

export * as Letterhead from "./letterhead.ts";
