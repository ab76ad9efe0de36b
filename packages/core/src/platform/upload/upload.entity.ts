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
  status: oneOf(statuses).describe("PENDING until the bytes are there, STORED until they are used"),
  expires_at: instant().describe("Until when the bytes may be sent, or, once they are there, be used"),
  detected_type: oneOf(detectedTypes).nullable().describe("What the first bytes say; known once it was used"),
  sha256: z.string().nullable().describe("Of the bytes, in hexadecimal digits; known once they were read through"),
  used_for: z.string().nullable(),
  used_at: instant().nullable(),
  kept_until: instant().nullable().describe("When the bytes go; null once they are gone"),
});

export type UploadRecord = z.output<typeof Stored> & BaseRecord;

export const Uploads = new Collection<UploadRecord>({
  kind: UPLOAD,
  schema: Stored,
  row: ["file_name", "content_type", "size", "status", "expires_at", "kept_until"],
  indexes: { by_time: indexBy() },
  clocks: { expiry: ({ kept_until }) => kept_until },
});
