import * as z from "zod";
import { instant, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { UPLOAD } from "./upload.kind.ts";
import { contentTypes, detectedTypes, fileName, MAX_BYTES, statuses, stripParameters } from "./upload.rules.ts";

/** What the sender declares about a file. */
export const fields = {
  file_name: fileName(),
  content_type: z.preprocess((value) => (typeof value === "string" ? stripParameters(value) : value), oneOf(contentTypes)),
  size: z.number().int().min(1).max(MAX_BYTES).describe("Bytes, exactly"),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  status: oneOf(statuses).describe("PENDING until the bytes are uploaded, STORED until they are used"),
  expires_at: instant().describe("Until when the bytes can be uploaded or, after that, used"),
  detected_type: oneOf(detectedTypes).nullable().describe("Type detected from the first bytes; known after the first use"),
  sha256: z.string().nullable().describe("SHA-256 of the bytes, in hexadecimal digits; known after they were read completely"),
  used_for: z.string().nullable(),
  used_at: instant().nullable(),
  kept_until: instant().nullable().describe("When the bytes are deleted; null after that"),
});

export type UploadRecord = z.output<typeof Stored> & BaseRecord;

export const Uploads = new Collection<UploadRecord>({
  kind: UPLOAD,
  schema: Stored,
  row: ["file_name", "content_type", "size", "status", "expires_at", "kept_until"],
  indexes: { by_time: indexBy() },
  clocks: { expiry: ({ kept_until }) => kept_until },
});
