import * as z from "zod";
import { id } from "../kernel/schema.ts";
import type { BaseRecord } from "../storage/table/collection.ts";
import { History } from "../storage/table/history.ts";
import { MESSAGE_TEMPLATE, TEMPLATE_REVISION } from "./message-template.domain.ts";

export const texts = ["subject", "body_html", "body_text", "language"] as const;

/** What a template said from then on. */
export const Stored = z.object({
  template_id: id(MESSAGE_TEMPLATE),
  revision: z.number().int(),
  subject: z.string().nullable(),
  body_html: z.string().nullable(),
  body_text: z.string().nullable(),
  language: z.string().nullable(),
});

export type RevisionRecord = z.output<typeof Stored> & BaseRecord;

export const Revisions = new History<RevisionRecord>({
  kind: TEMPLATE_REVISION,
  schema: Stored,
  row: ["template_id", "revision", ...texts],
  parent: "template_id",
});
