import * as z from "zod";
import { id, instant, toStoredShape, zone } from "../../kernel/schema.ts";
import { type BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Hours } from "./availability.schema.ts";
import { AVAILABILITY, USER } from "./user.kind.ts";

const Absence = z
  .strictObject({
    from: instant(),
    to: instant().nullish().describe("Back at this instant; null until that is known"),
    reassign: z.boolean().default(false).describe("Whether the open leads are given to others when it begins"),
  })
  .refine(({ from, to }) => !to || from < to, { path: ["to"], message: "Not after from" });

export const fields = {
  capacity: z.number().int().min(0).max(100_000).nullish().describe("The most open leads that rules give; null: no bound"),
  timezone: zone().nullish().describe("Of the working hours; the tenant's unless told otherwise"),
  working_hours: z.array(Hours).min(1).max(50).nullish().describe("null: at all times"),
  absences: z
    .array(Absence)
    .max(50)
    .refine((all) => new Set(all.map(({ from }) => from)).size === all.length, "Two begin at the same instant")
    .default([]),
};

export const Stored = z.object({
  user_id: id(USER),
  ...toStoredShape(fields),
  reassigned: z.array(instant()).describe("When the absences began for which the open leads were given to others"),
  due_at: instant().nullable().describe("When the next absence with `reassign` begins, or its work goes on"),
});

export type AvailabilityRecord = z.output<typeof Stored> & BaseRecord;

/** One record beside the user, created when availability is first set. */
export const Availabilities = new Collection<AvailabilityRecord>({
  kind: AVAILABILITY,
  schema: Stored,
  row: ["user_id"],
  indexes: {},
  clocks: { absence: ({ due_at }) => due_at },
});
