import * as z from "zod";
import { id, instant, oneOf, query as parameter } from "../kernel/schema.ts";
import { ACTIVITY } from "../people/activity/activity.kind.ts";
import { RecordEntry } from "../platform/profile/record-entry.ts";
import { reasonCodes } from "./follow-up-queue.rules.ts";

/** What the follow-up queue takes and answers. It is apart from the reads, which its function loads only when they are asked for. */

const MAX_ENTRIES = 50;
export const DEFAULT_ENTRIES = 20;

const Reason = z.object({
  code: oneOf(reasonCodes),
  text: z.string().describe("In English; the code and the values are for other languages"),
  values: z.record(z.string(), z.union([z.string(), z.number()])).describe("The values in the text, by name"),
  points: z.number().int().describe("0: another reason of the same sort counts"),
});

export const Entry = z.object({
  record: RecordEntry.omit({ view_kind: true }),
  priority: z.number().int().min(0).max(100).describe("The sum of the points, at most 100"),
  reasons: z.array(Reason).describe("The reason with the most points comes first"),
  due_at: instant().nullable().describe("The earliest time that the record is due"),
  activity_id: id(ACTIVITY).nullable().describe("The open activity of the caller that is due first"),
  contact_name: z.string().nullable().describe("Title of the record with the phone number, if this is another record"),
  person_name: z.string().nullable().describe("Name of the contact of the record, such as that of an opportunity"),
  customer_name: z.string().nullable().describe("Name of the customer of the record, or the company of a lead"),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  is_call_refused: z.boolean().describe("Whether the person refuses phone calls"),
});
export type Entry = z.output<typeof Entry>;

export const Query = z.strictObject({
  limit: parameter.int(1, MAX_ENTRIES).optional().describe(`Defaults to ${DEFAULT_ENTRIES}`),
});
