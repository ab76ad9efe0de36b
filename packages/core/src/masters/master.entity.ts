import * as z from "zod";
import { id, name, storedOf, text } from "../kernel/schema.ts";
import { type BaseRecord, by, Collection } from "../storage/collection.ts";
import { extras, kindNames } from "./kinds.ts";

/** What every value of master data has. */
export const common = {
  name: name(100).describe("The label that people see"),
  sequence: z.number().int().min(0).max(100_000).default(100).describe("Order of display"),
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, "Not a colour such as #16a34a")
    .nullish(),
  icon: text(50).nullish(),
  is_active: z.boolean().default(true).describe("An inactive value stays on records that have it, and is offered no more"),
  description: text(1000).nullish(),
  parent_id: id("master").nullish().describe("The value above it, in kinds that are trees"),
};

export const Stored = z.object({ kind: z.enum(kindNames), code: z.string(), ...storedOf(common), ...storedOf(extras) });

export type MasterRecord = z.output<typeof Stored> & BaseRecord;

export const Masters = new Collection<MasterRecord>({
  kind: "master",
  schema: Stored,
  row: ["kind", "code", "name", "sequence", "color", "icon", "is_active", "parent_id"],
  indexes: { by_time: by() },
});
