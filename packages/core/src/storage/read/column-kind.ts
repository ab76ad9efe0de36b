import type * as z from "zod";
import { type FieldType, resolveFieldType } from "../../kernel/field.ts";
import { memoizeByObject } from "../../kernel/memoize.ts";
import { valueSchema } from "../../kernel/schema.ts";
import { sha256 } from "../../kernel/sha256.ts";
import type { RecordColumn } from "../columns/column.ts";
import type { BaseRecord, Collection, IndexUse } from "../table/collection.ts";
import {
  CUSTOM_FIELDS,
  type CustomFieldValue,
  type CustomFieldValues,
  customName,
  customPath,
  isCustomPath,
} from "../table/custom-field-values.ts";
import type { IndexName } from "../table/table.ts";
import { listSearchNames } from "../table/viewer.ts";
import { isTextType, listFilterableFields } from "./filter.ts";

/** A column of a kind, for any record. */
type KindColumn = RecordColumn<BaseRecord>;

/** The names under which lists find a shared record. */
export const NAMES_COLUMN = "~names";
/** The users who see a private record. */
export const PRIVATE_COLUMN = "~private";
export const indexColumn = (index: IndexName): string => `~${index}`;
export const orderColumn = (field: string): string => `~order.${field}`;

/** Rises when the meaning of a column changes; the columns of earlier releases are then built again. */
const FORMAT = 2;

/** Fields outside of rows that columns have too. Their values come from the whole records. */
export const WHOLE_FIELDS = ["updated_at", CUSTOM_FIELDS] as const;

/** Characters of a text in a custom field that columns have. Lists compare these. */
const MAX_CUSTOM_TEXT = 1000;

/** A record with its custom fields. */
export type CustomRecord = BaseRecord & { custom_fields?: CustomFieldValues | null };

const customColumn = (name: string): KindColumn => ({
  ...{ type: { name, type: "json", isText: false }, isOptional: true },
  read: (record) => readStoredCustom(record, customName(name)),
});

/** Returns the stored value of a custom field, as far as lists compare it. */
export function readStoredCustom(record: BaseRecord, name: string): CustomFieldValue {
  const { custom_fields } = record as CustomRecord;
  const value = custom_fields && Object.hasOwn(custom_fields, name) ? custom_fields[name] : undefined;
  return typeof value === "string" ? value.slice(0, MAX_CUSTOM_TEXT) : (value ?? null);
}

/**
 * Lists the columns of custom fields: one for each field that a record has a value in, as it is stored. A list reads them under the definitions of its
 * time, so no change of a definition makes a segment useless.
 */
export const listCustomColumns = (records: readonly BaseRecord[]): readonly KindColumn[] => {
  const names = new Set<string>();
  for (const { custom_fields } of records as readonly CustomRecord[])
    for (const name of Object.keys(custom_fields ?? {})) names.add(customPath(name));
  return [...names].map(customColumn);
};

/** Lists the columns of custom fields that segments have. */
export const listStoredCustomColumns = (sources: readonly { readonly columnNames: readonly string[] }[]): readonly KindColumn[] =>
  [...new Set(sources.flatMap(({ columnNames }) => columnNames.filter(isCustomPath)))].map(customColumn);

/** Lists the columns of a kind: the fields by which lists filter and sort, the orders of its indexes, and who sees a record. */
export const listKindColumns = memoizeByObject((collection: Collection<BaseRecord>): readonly KindColumn[] => {
  const { schema, filters = {}, ranges = {}, owner, indexes, entryOrders = {}, sharing, privacy } = collection.definition;
  const columns = new Map<string, KindColumn>();
  const add = (name: string, type: FieldType, isText: boolean, read: KindColumn["read"]): void => {
    if (!columns.has(name)) columns.set(name, { type: { name, type, isText }, read });
  };
  const readField = (field: string) => (record: BaseRecord) => (record as unknown as Record<string, unknown>)[field];
  for (const { field, type } of listFilterableFields(collection.definition)) add(field, type, isTextType(type), readField(field));
  for (const field of [owner, ...[filters, ranges].flatMap((all) => Object.values(all).map((filter) => filter.field))]) {
    const declared = field === undefined ? undefined : (schema.shape[field] as z.ZodType | undefined);
    if (field !== undefined && declared) add(field, resolveFieldType(valueSchema(declared)), false, readField(field));
  }
  for (const [index, { sort }] of Object.entries(indexes) as [IndexName, IndexUse<BaseRecord>][])
    if (sort) add(indexColumn(index), "text", false, sort);
  for (const field of Object.keys(entryOrders))
    add(orderColumn(field), "text", false, (record) => collection.entryOrderKeys(record)[field] ?? null);
  if (sharing) add(NAMES_COLUMN, "choices", false, (record) => listSearchNames(collection, record));
  if (privacy) {
    const isPrivate = (record: BaseRecord): boolean => !!record[privacy.field as keyof BaseRecord];
    add(PRIVATE_COLUMN, "choices", false, (record) => (isPrivate(record) ? ["-", ...privacy.userIds(record)] : []));
  }
  return [...columns.values()];
});

/** Identifies the columns: those of a release with other columns cannot be used. */
export const digestColumns = memoizeByObject((columns: readonly KindColumn[]): string =>
  sha256(JSON.stringify([FORMAT, columns.map(({ type }) => type)])).slice(0, 16),
);
