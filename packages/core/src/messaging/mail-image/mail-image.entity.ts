import * as z from "zod";
import { completeUrl, id, name, oneLine, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { textSearchWords } from "../../kernel/text.ts";
import { UPLOAD } from "../../platform/upload/upload.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { MAIL_IMAGE } from "./mail-image.kind.ts";
import { imageFormats } from "./mail-image.rules.ts";

/** Fields of an image that users write. */
export const fields = {
  name: name(200),
  alt: oneLine(500).nullish().describe("Description of the image. Blocks that use the image begin with it"),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  upload_id: id(UPLOAD),
  file_name: z.string(),
  file_size: z.number().int().describe("In bytes"),
  format: oneOf(imageFormats),
  width: z.number().int().describe("In pixels"),
  height: z.number().int().describe("In pixels"),
  url: completeUrl(1000).describe("Address for mails. Any holder of the address sees the image, and it cannot be guessed"),
  secret: z.string(),
});

export type MailImageRecord = z.output<typeof Stored> & BaseRecord;

/** The library of images. All users see all images, as they see all templates. */
export const MailImages = new Collection<MailImageRecord>({
  kind: MAIL_IMAGE,
  schema: Stored,
  personalData: { purpose: "Keep images for mails." },
  row: ["name", "alt", "upload_id", "file_name", "file_size", "format", "width", "height", "url"],
  indexes: { by_time: indexBy() },
  searchWords: (image) => textSearchWords(image.name),
  internal: ["secret"],
});
