import * as z from "zod";
import { id } from "../../kernel/schema.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { HistoryCollection } from "../../storage/table/history-collection.ts";
import { MailBlock } from "./mail-block.ts";
import { MESSAGE_TEMPLATE, TEMPLATE_REVISION } from "./message-template.kind.ts";

export const revisedFields = ["subject", "body_html", "body_text", "language", "blocks"] as const;

/** The texts of a template from this revision on. */
export const Stored = z.object({
  template_id: id(MESSAGE_TEMPLATE),
  revision: z.number().int(),
  subject: z.string().nullable(),
  body_html: z.string().nullable(),
  body_text: z.string().nullable(),
  language: z.string().nullable(),
  blocks: z.array(MailBlock).nullable(),
});

export type RevisionRecord = z.output<typeof Stored> & BaseRecord;

export const Revisions = new HistoryCollection<RevisionRecord>({
  kind: TEMPLATE_REVISION,
  schema: Stored,
  personalData: { purpose: "Keep the wording of templates that messages were made from." },
  // The last release reads rows without blocks.
  row: ["template_id", "revision", ...revisedFields.filter((field) => field !== "blocks")],
  internal: ["blocks"],
  parent: "template_id",
});
