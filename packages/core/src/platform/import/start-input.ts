import * as z from "zod";
import { CONTACT_LIST } from "../../engagement/contact-list/contact-list.kind.ts";
import { id } from "../../kernel/schema.ts";
import { UPLOAD } from "../upload/upload.kind.ts";
import { Upload } from "../upload/upload.ts";
import { Mapping, NewValues, Options, ValueMap } from "./import.ts";

/** The input that starts an import. */

export const Start = z.strictObject({
  upload_id: id(UPLOAD).optional().describe("Id of an uploaded file; alternatively, send the part `file`"),
  file: Upload.FilePart.optional(),
  mapping: Mapping.optional().describe("Column → field; suggested from header and samples by default"),
  value_map: ValueMap.default({}),
  new_values: NewValues.default({}),
  options: Options.prefault({}),
});
/** The input for entities whose records can join a list. */
export const StartIntoList = Start.extend({
  list_id: id(CONTACT_LIST).optional().describe("A STATIC list; records that the rows create or find join it"),
});
export type StartInput = z.output<typeof Start> & { list_id?: string | undefined };

export const StartResult = z
  .object({
    import_id: z.string(),
    upload_id: z.string().optional().describe("Dry run only: pass this id to the real import instead of sending the file again"),
    mapping: z.record(z.string(), z.string()).describe("Column → field, as given or as suggested"),
    ignored: z
      .array(z.object({ column: z.string(), reason: z.string() }))
      .describe("Columns that are not mapped to a field, and why"),
    encodings: z
      .array(z.object({ encoding: z.string(), preview: z.array(z.array(z.string())).describe("Header and first rows") }))
      .optional()
      .describe("Dry run only, if the encoding cannot be detected: the three most likely ones; the first was used"),
  })
  .meta({ id: "ImportStarted" });
