import * as z from "zod";
import { instant, oneOf, storedOf } from "../kernel/schema.ts";
import { type BaseRecord, by, Collection } from "../storage/table/collection.ts";
import { UPLOAD } from "./upload.domain.ts";
import { contentTypes, detectedTypes, fileName, LARGEST, plainType, statuses } from "./upload.rules.ts";

/** What who sends a file says of it. */
export const fields = {
  file_name: fileName(),
  content_type: z.preprocess((value) => (typeof value === "string" ? plainType(value) : value), oneOf(contentTypes)),
  size: z.number().int().min(1).max(LARGEST).describe("Bytes, exactly"),
};

export const Stored = z.object({
  ...storedOf(fields),
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
  indexes: { by_time: by() },
  clocks: { expiry: ({ kept_until }) => kept_until },
});
