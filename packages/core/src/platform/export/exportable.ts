import * as z from "zod";
import { type Field, listFields } from "../../kernel/field.ts";
import type { Permission } from "../../kernel/permission.ts";
import { id, instant, type Shape } from "../../kernel/schema.ts";
import { findDeclaration } from "../../kernel/tenant-domains.ts";
import { fold } from "../../kernel/text.ts";
import { presentAnswer } from "../../storage/read/answer-presenter.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { customName } from "../../storage/table/custom-field-values.ts";
import { CustomField, type Entity } from "../custom-field/custom-field.ts";
import { USER } from "../user/user.kind.ts";

/**
 * How the list of an entity is exported. Its parameters, and their effect, are those of the list's own verb; its columns are the fields of its
 * records as readers see them.
 */
export interface Exportable<R extends BaseRecord = BaseRecord> {
  /** The name in the address of the list: `leads`. */
  readonly entity: string;
  /** The permission that the list requires. */
  readonly read: Permission;
  readonly collection: Collection<R>;
  /** The schema of the list's parameters. */
  readonly query: z.ZodObject;
  /** Converts parameters into the query of the list. */
  listQuery(query: object): Promise<ListQuery>;
  /** Every column that the caller may ask for, in the order of the record. */
  columns(): Promise<Column[]>;
  /** Returns the complete records by id, in this order. Defined if they are not stored like other records. */
  load?(ids: readonly string[]): Promise<readonly (R | undefined)[]>;
  /** Presents complete records to the caller. Defined if the answer differs from the stored record. */
  present?(records: readonly R[]): Promise<readonly object[]>;
  /** Returns all records of a list that is in memory, as the caller sees them. */
  values?(query: object): Promise<readonly R[]>;
  /** Milliseconds by which a record's id may be ahead of its creation (storage/read/stable-scan.ts). */
  readonly maxIdSkewMs?: number;
}

/** A list as its domain declares it. An export derives the columns from it, unless the list declares them. */
export interface ListDefinition<R extends BaseRecord = BaseRecord>
  extends Pick<Exportable<R>, "collection" | "query" | "listQuery" | "load" | "present" | "values" | "maxIdSkewMs">,
    Partial<Pick<Exportable<R>, "columns">> {
  /** The schema of a record as readers see it. */
  readonly info: z.ZodObject;
  /** The fields that users write. */
  readonly fields: Shape;
}

/** A field as a column of a file. */
export interface Column extends Field {
  /** Whether lists contain it; other columns are read from the complete record. */
  readonly inRow: boolean;
  /** Whether the column is in a file by default, although it is not stored with the record. */
  readonly isUsual?: boolean;
  /** With labels, the text in place of the value of a record that is over, such as the status of a converted lead. */
  labelOverride?(record: Readonly<Record<string, unknown>>): string | undefined;
  /** Returns the value of a record; by default the field with the column's name. */
  value?(record: Readonly<Record<string, unknown>>): unknown;
}

const baseFields: Shape = {
  id: z.string(),
  version: z.number().int(),
  created_at: instant(),
  created_by: id(USER),
  updated_at: instant(),
  updated_by: id(USER),
  deleted_at: instant().nullable(),
};

/**
 * Returns the columns of a kind: its id, the columns of lists in their order, the other fields of `info`, and the base fields (creation and change).
 * The input schema describes a field best, so it takes precedence.
 */
export function listColumns<R extends BaseRecord>(collection: Collection<R>, info: Shape, inputShape: Shape = {}): Column[] {
  const fields = new Map(listFields({ ...info, ...baseFields, ...inputShape }).map((field) => [field.name, field]));
  const names = new Set(["id", ...collection.definition.row, ...Object.keys(info), ...Object.keys(baseFields)]);
  return [...names].flatMap((name) => {
    const field = fields.get(name);
    return field ? [{ ...field, inRow: collection.row.has(name) }] : [];
  });
}

/** References are shown only as ids: people cannot read them, and they mean nothing in another system. */
const isBareId = ({ type, record }: Column): boolean => type === "reference" && record !== "user";

/** Returns the default columns of a file: those of the list. */
export function listUsualColumns<R extends BaseRecord>(
  { definition }: Collection<R>,
  columns: readonly Column[],
  labels: boolean,
) {
  const usual = new Set<string>(["id", ...definition.row, "created_at"]);
  const isUsual = (column: Column) => column.isUsual || usual.has(column.name);
  return columns.filter((column) => isUsual(column) && !(labels && isBareId(column))).map(({ name }) => name);
}

/**
 * Returns the header of a file with labels. If columns share a label, the field whose name the label is keeps it, otherwise the first one; the
 * others get their own names, by which an import finds them again.
 */
export function labelColumns(
  names: readonly string[],
  columns: readonly (Pick<Column, "name" | "label"> | undefined)[],
): string[] {
  const labels = names.map((name, index) => columns[index]?.label ?? name);
  const holders = new Map<string, string>();
  for (const [index, label] of labels.entries()) {
    const name = names[index] as string;
    const key = fold(label);
    if (!holders.has(key) || fold(name.replaceAll("_", " ")) === key) holders.set(key, name);
  }
  return labels.map((label, index) => (holders.get(fold(label)) === names[index] ? label : (names[index] as string)));
}

/** Builds the export of a list. */
export function buildExportable<R extends BaseRecord>(
  list: ListDefinition<R>,
  { entity, read }: Pick<Exportable, "entity" | "read">,
): Exportable {
  const { info, fields, ...listProperties } = list;
  const { collection } = list;
  if (!collection.definition.customFields)
    return { columns: async () => listColumns(collection, info.shape, fields), ...listProperties, entity, read } as Exportable;
  const present: Exportable<R>["present"] = async (records) => presentAnswer((await list.present?.(records)) ?? records);
  return { columns: () => withCustomFields(collection.name, list), ...listProperties, entity, read, present } as Exportable;
}

/** Returns the columns of a list, and one for each custom field that the caller sees. */
export async function withCustomFields<R extends BaseRecord>(
  entity: Entity,
  { collection, info, fields }: ListDefinition<R>,
): Promise<Column[]> {
  const customFields = await CustomField.listFields(entity, "read");
  const columns = customFields.map((field): Column => {
    const name = customName(field.name);
    const value: Column["value"] = ({ custom_fields }) => (custom_fields as Record<string, unknown> | null)?.[name] ?? null;
    return { ...field, inRow: false, isUsual: true, value };
  });
  return [...listColumns(collection, info.shape, fields).filter(({ name }) => name !== "custom_fields"), ...columns];
}

/** Loads the export of an entity from the module that its domain names. */
export async function loadExportable(entity: string): Promise<Exportable> {
  const manifest = findDeclaration("exports", entity);
  if (!manifest) throw new Error(`No domain of this function exports ${entity}`);
  return buildExportable((await manifest.load()) as ListDefinition, { entity, read: manifest.read });
}
