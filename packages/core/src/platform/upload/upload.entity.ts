import * as z from "zod";
import { aboutPerson, personalData } from "../../kernel/personal-data.ts";
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
  expires_at: personalData("none", instant().describe("Until when the bytes can be uploaded or, after that, used")),
  detected_type: oneOf(detectedTypes).nullable().describe("Type detected from the first bytes; known after the first use"),
  sha256: personalData(
    "none",
    z.string().nullable().describe("SHA-256 of the bytes, in hexadecimal digits; known after they were read completely"),
  ),
  used_for: personalData("none", z.string().nullable()),
  used_at: personalData("none", instant().nullable()),
  kept_until: personalData("none", instant().nullable().describe("When the bytes are deleted; null after that")),
});

export type UploadRecord = z.output<typeof Stored> & BaseRecord;

export const Uploads = new Collection<UploadRecord>({
  kind: UPLOAD,
  schema: Stored,
  personalData: {
    purpose: "Receive files before a record refers to them.",
    subject: aboutPerson(),
    retention: "Unused files are deleted after their `expires_at`; used files live as long as the record that uses them.",
  },
  row: ["file_name", "content_type", "size", "status", "expires_at", "kept_until"],
  indexes: { by_time: indexBy() },
  clocks: { expiry: ({ kept_until }) => kept_until },
});
