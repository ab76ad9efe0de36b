import * as z from "zod";
import { personalData } from "../../kernel/personal-data.ts";
import { oneOf } from "../../kernel/schema.ts";

/** Sender, recipient and letterhead. Stored when the customer gets the document, so later renames and moves do not change it. */
export const Letter = personalData(
  "location",
  z.object({
    language: z.string(),
    paper: oneOf(["A4", "LETTER"]),
    from: z.array(z.string()),
    to: z.array(z.string()),
    footer: z.string().nullable(),
    logo_upload_id: z.string().nullable(),
    /** Undefined in letters from before there were colors: the PDFs of their documents exist already, and do not change. */
    brand_color: z.string().nullable().optional(),
  }),
);
export type Letter = z.output<typeof Letter>;
