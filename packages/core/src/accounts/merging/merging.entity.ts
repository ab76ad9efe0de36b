import * as z from "zod";
import { actor } from "../../kernel/actor.ts";
import { aboutPerson, personalData, reach, reachAny } from "../../kernel/personal-data.ts";
import { anyId, instant, oneOf } from "../../kernel/schema.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { RECORD_MERGE } from "./merging.kind.ts";

/**
 * A merge of a customer or contact into another: what the survivor took over, and whether the references to the merged record have moved.
 */
export const Stored = z.object({
  entity: oneOf(["customer", "contact"]),
  survivor_id: personalData("reference", anyId()),
  merged_id: personalData("reference", anyId()),
  reason: z.string().nullable(),
  taken: z
    .record(z.string(), z.object({ before: z.json(), after: z.json() }))
    .describe("Fields of the survivor that the merge has changed"),
  persons: z
    .object({ survivor_id: personalData("reference", z.string()), merged_id: personalData("reference", z.string()) })
    .nullable()
    .describe("The persons of two contacts, if they were merged as well"),
  status: oneOf(["MOVING", "MOVED", "UNDOING", "UNDONE"]),
  undone_at: personalData("none", instant().nullable()),
  undone_by: actor().nullable(),
  turn: z.number(),
  attention_at: personalData("none", instant().nullable()),
});

export type RecordMerge = z.output<typeof Stored> & BaseRecord;

/** Whether references are still to be moved, or moved back. */
export const isOpen = ({ status }: Pick<RecordMerge, "status">): boolean => status === "MOVING" || status === "UNDOING";

export const RecordMerges = new Collection<RecordMerge>({
  kind: RECORD_MERGE,
  schema: Stored,
  personalData: {
    purpose: "Record which records were merged, so that a merge can be undone.",
    subject: aboutPerson(
      reachAny("survivor_id"),
      reachAny("merged_id"),
      reach("persons.survivor_id", PERSON),
      reach("persons.merged_id", PERSON),
    ),
  },
  row: ["entity", "survivor_id", "merged_id", "status", "turn", "attention_at"],
  indexes: { by_time: indexBy() },
  // Readers of the audit trail may not see all fields whose values this contains.
  secret: ["taken"],
  ...Job.resumableDefinition<RecordMerge>(isOpen),
});
