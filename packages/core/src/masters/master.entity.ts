import * as z from "zod";
import type { MasterKind } from "../kernel/master.ts";
import { nameOf } from "../kernel/names.ts";
import { onceFor } from "../kernel/once.ts";
import { name, type Shape, storedOf, text } from "../kernel/schema.ts";
import { type BaseRecord, by, Collection } from "../storage/table/collection.ts";
import { extras } from "./extras.ts";
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

const columns: Shape = extras;

/** The columns that people write in values of a kind. */
export const fieldsOf = onceFor((kind: MasterKind): typeof common & Shape => {
  const own = kind.extras.flatMap((column) => (columns[column] ? [[column, columns[column]] as const] : []));
  return { ...common, ...Object.fromEntries(own) };
});

const own = storedOf(extras);

export const Stored = z
  .object({ kind: nameOf("masters"), code: z.string(), ...storedOf(common), ...own })
  .partial(Object.fromEntries(Object.keys(own).map((column) => [column, true])) as { [K in keyof typeof own]: true });

export type MasterRecord = z.output<typeof Stored> & BaseRecord;

/** A value has the columns of its own kind alone. */
export function ownOf(kind: MasterKind, value: MasterRecord): MasterRecord {
  const known = fieldsOf(kind);
  return Object.fromEntries(Object.entries(value).filter(([column]) => !(column in extras) || column in known)) as MasterRecord;
}

export const Masters = new Collection<MasterRecord>({
  kind: MASTER,
  schema: Stored,
  row: ["kind", "code", "name", "sequence", "color", "icon", "is_active", "parent_id"],
  indexes: { by_time: by() },
});
