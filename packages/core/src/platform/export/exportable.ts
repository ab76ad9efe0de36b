import * as z from "zod";
import { usePorts } from "../../kernel/context.ts";
import { type Field, listFields } from "../../kernel/field.ts";
import type { Permission } from "../../kernel/permission.ts";
import { id, instant, type Shape } from "../../kernel/schema.ts";
import { presentAnswer } from "../../storage/read/answer-presenter.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { CustomField, type Entity } from "../custom-field/custom-field.ts";
import { USER } from "../user/user.domain.ts";

/**
 * How the list of an entity goes out as a file. Its parameters, and what becomes of them, are those of the list's own verb;
 * its columns are the fields of its records, as a reader is shown them.
 */
export interface Exportable<R extends BaseRecord = BaseRecord> {
  /** As the address of its list names it: `leads`. */
  readonly entity: string;
  /** That of the list. */
  readonly read: Permission;
  readonly collection: Collection<R>;
  /** The schema of the list's parameters. */
  readonly query: z.ZodObject;
  /** What a list with these parameters is asked for. */
  listQuery(query: object): Promise<ListQuery>;
  /** Every column that the caller may ask for, in the order of the record. */
  columns(): Promise<Column[]>;
  /** The whole records by their ids, in this order, where they do not lie as others do. */
  load?(ids: readonly string[]): Promise<readonly (R | undefined)[]>;
  /** How the caller is shown some whole records, where that is not as they lie. */
  present?(records: readonly R[]): Promise<readonly object[]>;
  /** All records of a list that lies in memory, as the caller is shown them. */
  values?(query: object): Promise<readonly R[]>;
  /** Milliseconds by which a record's id may be ahead of its birth (storage/read/stable-scan.ts). */
  readonly maxIdSkewMs?: number;
}

/** What a domain tells of one of its lists. */
export interface ListDefinition<R extends BaseRecord> extends Pick<Exportable<R>, "collection" | "query" | "listQuery"> {
  /** What a reader is shown of a record. */
  readonly info: z.ZodObject;
  /** What people write of one. */
  readonly fields: Shape;
}

/** A field as a column of a file. */
export interface Column extends Field {
  /** Whether lists show it; what they do not is read with the whole record. */
  readonly inRow: boolean;
  /** Whether it is in a file for which nobody named columns, though records do not lie with it. */
  readonly isUsual?: boolean;
  /** Its value in a record; that of the field's name unless told otherwise. */
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
 * The columns of a kind: its id, what lists show in their order, the rest of what `info` shows, and when and by whom. What
 * a field is, is told best by the shape in which people write it.
 */
export function listColumns<R extends BaseRecord>(collection: Collection<R>, info: Shape, written: Shape = {}): Column[] {
  const fields = new Map(listFields({ ...info, ...baseFields, ...written }).map((field) => [field.name, field]));
  const names = new Set(["id", ...collection.definition.row, ...Object.keys(info), ...Object.keys(baseFields)]);
  return [...names].flatMap((name) => {
    const field = fields.get(name);
    return field ? [{ ...field, inRow: collection.row.has(name) }] : [];
  });
}

/** Of records that only their id tells: nobody reads it, and in another system it names nothing. */
const isBareId = ({ type, record }: Column): boolean => type === "reference" && record !== "user";

/** The columns of a file for which nobody named any: those of the list. */
export function listUsualColumns<R extends BaseRecord>(
  { definition }: Collection<R>,
  columns: readonly Column[],
  labels: boolean,
) {
  const usual = new Set<string>(["id", ...definition.row, "created_at"]);
  const isUsual = (column: Column) => column.isUsual || usual.has(column.name);
  return columns.filter((column) => isUsual(column) && !(labels && isBareId(column))).map(({ name }) => name);
}

/** A list as its domain has it, with what is peculiar to its files. */
export function declareExport<R extends BaseRecord>(
  listed: ListDefinition<R>,
  own: Pick<Exportable<R>, "entity" | "read"> & Partial<Exportable<R>>,
): Exportable {
  const { info, fields, ...list } = listed;
  const { collection } = list;
  if (!collection.definition.customFields) {
    return { ...list, columns: async () => listColumns(collection, info.shape, fields), ...own } as Exportable;
  }
  const shown: Exportable<R>["present"] = async (records) => presentAnswer((await own.present?.(records)) ?? records);
  return { ...list, columns: () => withCustomFields(collection.name, listed), ...own, present: shown } as Exportable;
}

/** The columns of a list, and a column for each of the tenant's own fields that the caller sees. */
export async function withCustomFields<R extends BaseRecord>(
  entity: Entity,
  { collection, info, fields }: ListDefinition<R>,
): Promise<Column[]> {
  const own = await CustomField.listFields(entity, "read");
  const columns = own.map((field): Column => {
    const name = field.name.slice("custom_fields.".length);
    const value: Column["value"] = ({ custom_fields }) => (custom_fields as Record<string, unknown> | null)?.[name] ?? null;
    return { ...field, inRow: false, value };
  });
  return [...listColumns(collection, info.shape, fields).filter(({ name }) => name !== "custom_fields"), ...columns];
}

/** How the list of an entity goes out, by the module that its domain names. */
export async function loadExportable(entity: string): Promise<Exportable> {
  const load = usePorts().domains.find(({ exports = {} }) => Object.hasOwn(exports, entity))?.exports?.[entity];
  if (!load) throw new Error(`No domain of this function takes out ${entity}`);
  return (await load()) as Exportable;
}
