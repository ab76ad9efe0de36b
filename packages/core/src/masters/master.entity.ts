import * as z from "zod";
import { name, type Shape, storedOf, text } from "../kernel/schema.ts";
import { type BaseRecord, by, Collection } from "../storage/table/collection.ts";
import type { Item } from "../storage/table/item.ts";
import { extras, type Kind, type KindName, kindNames, kinds } from "./kinds.ts";
import { MASTER } from "./masters.domain.ts";

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
};

/** A kind as a path names it, with hyphens or as the seeds write it. */
export const kindParameter = z
  .string()
  .transform((value) => value.toLowerCase().replaceAll("-", "_"))
  .pipe(z.enum(kindNames))
  .meta({ enum: kindNames.map((kind) => kind.replaceAll("_", "-")) });

/** The columns that people write in values of a kind. */
export const fieldsOf = (kind: KindName): typeof common & Shape => {
  const own = (kinds[kind] as Kind).extras.map((column) => [column, extras[column]]);
  return { ...common, ...Object.fromEntries(own) };
};

const own = storedOf(extras);

/** A value has the columns of its own kind alone. */
export const Stored = z
  .object({ kind: z.enum(kindNames), code: z.string(), ...storedOf(common), ...own })
  .partial(Object.fromEntries(Object.keys(own).map((column) => [column, true])) as { [K in keyof typeof own]: true });

export type MasterRecord = z.output<typeof Stored> & BaseRecord;

class MasterCollection extends Collection<MasterRecord> {
  override fromItem(item: Item): MasterRecord {
    const value = super.fromItem(item);
    const foreign = Object.keys(extras).filter((column) => !(column in fieldsOf(value.kind)));
    return Object.fromEntries(Object.entries(value).filter(([column]) => !foreign.includes(column))) as MasterRecord;
  }
}

export const Masters = new MasterCollection({
  kind: MASTER,
  schema: Stored,
  row: ["kind", "code", "name", "sequence", "color", "icon", "is_active", "parent_id"],
  indexes: { by_time: by() },
});
