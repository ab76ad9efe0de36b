import * as z from "zod";
import type { MasterKind } from "../../kernel/master-kind.ts";
import { memoizeByObject } from "../../kernel/memoize.ts";
import { registryName } from "../../kernel/registry.ts";
import { name, oneLine, type Shape, text, toStoredShape } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { extraColumns } from "./extra-columns.ts";
import { MASTER } from "./master-data.kind.ts";

/** Fields of every value of master data. */
export const commonFields = {
  name: name(100).describe("Name shown to users"),
  sequence: z.number().int().min(0).max(100_000).default(100).describe("Order of display"),
  color: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, "Must be a color such as #16a34a")
    .nullish(),
  icon: oneLine(50).nullish(),
  is_active: z.boolean().default(true).describe("Records keep an inactive value, but it is no longer offered"),
  description: text(1000).nullish(),
};

const columnSchemas: Shape = extraColumns;

/** Returns the fields that users write in values of a kind. */
export const fieldsForKind = memoizeByObject((kind: MasterKind): typeof commonFields & Shape => {
  const kindFields = kind.extras.flatMap((column) => (columnSchemas[column] ? [[column, columnSchemas[column]] as const] : []));
  return { ...commonFields, ...Object.fromEntries(kindFields) };
});

const storedExtras = toStoredShape(extraColumns);

export const Stored = z
  .object({ kind: registryName("masters"), code: z.string(), ...toStoredShape(commonFields), ...storedExtras })
  .partial(
    Object.fromEntries(Object.keys(storedExtras).map((column) => [column, true])) as { [K in keyof typeof storedExtras]: true },
  );

export type MasterRecord = z.output<typeof Stored> & BaseRecord;

/** Returns the value with only the columns of its kind. */
export function pickOwnColumns(kind: MasterKind, value: MasterRecord): MasterRecord {
  const kindFields = fieldsForKind(kind);
  return Object.fromEntries(
    Object.entries(value).filter(([column]) => !(column in extraColumns) || column in kindFields),
  ) as MasterRecord;
}

export const Masters = new Collection<MasterRecord>({
  kind: MASTER,
  schema: Stored,
  personalData: { purpose: "Offer the choices of fields, such as sources, stages and territories." },
  row: ["kind", "code", "name", "sequence", "color", "icon", "is_active", "parent_id"],
  indexes: { by_time: indexBy() },
});
