import * as z from "zod";
import { aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { id, instant, toStoredShape, zone } from "../../kernel/schema.ts";
import { type BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Hours } from "./availability.schema.ts";
import { AVAILABILITY, USER } from "./user.kind.ts";

const Absence = z
  .strictObject({
    from: personalData("employment", instant()),
    to: personalData("employment", instant({ day: "end" }).nullish().describe("When the user returns. Empty: not known yet")),
    reassign: personalData(
      "employment",
      z
        .boolean()
        .default(false)
        .describe("Whether the user's open work is handed over when the absence begins, and what comes for them meanwhile"),
    ),
    stand_in_id: id(USER)
      .nullish()
      .describe(
        "User who takes over the work, and is told when the absent user is mentioned. Without `reassign`: only new tickets, conversations and activities. Empty: rules, queues and the user's manager decide",
      ),
  })
  .refine(({ from, to }) => !to || from < to, { path: ["to"], message: "Must be after from" });

export const fields = {
  capacity: personalData(
    "employment",
    z.number().int().min(0).max(100_000).nullish().describe("Maximum number of open leads that rules assign. Empty: no limit"),
  ),
  timezone: personalData(
    "employment",
    zone().nullish().describe("Time zone of the working hours. Empty: that of the organization"),
  ),
  working_hours: personalData(
    "employment",
    z
      .array(Hours)
      .min(1)
      .max(50)
      .nullish()
      .describe("Empty: rules assign at all times, and meetings are proposed from Monday to Friday, 09:00 to 17:00"),
  ),
  absences: z
    .array(Absence)
    .max(50)
    .refine((all) => new Set(all.map(({ from }) => from)).size === all.length, "Each absence must begin at a different time")
    .default([]),
};

export const Stored = z.object({
  user_id: id(USER),
  ...toStoredShape(fields),
  reassigned: personalData(
    "none",
    z.array(instant()).describe("Beginnings of the absences for which the open leads were reassigned"),
  ),
  due_at: personalData(
    "none",
    instant().nullable().describe("When the next absence with `reassign` begins, or its work continues"),
  ),
});

export type AvailabilityRecord = z.output<typeof Stored> & BaseRecord;

/** One record beside the user, created when availability is first set. */
export const Availabilities = new Collection<AvailabilityRecord>({
  kind: AVAILABILITY,
  schema: Stored,
  personalData: { purpose: "Assign work only to users who are at work.", subject: aboutUser(reach("user_id", USER)) },
  row: ["user_id"],
  indexes: {},
  clocks: { absence: ({ due_at }) => due_at },
});
