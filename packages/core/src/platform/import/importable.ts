import type { ErrorDetail } from "../../kernel/error.ts";
import { type Field, fieldLabel } from "../../kernel/field.ts";
import type { Permission } from "../../kernel/permission.ts";
import { findDeclaration } from "../../kernel/tenant-domains.ts";
import type { ImportRecord, Options } from "./import.ts";

/** The result of a row. */
export interface RowResult {
  id: string;
  version: number;
  outcome: "created" | "updated" | "skipped";
  /** The part of the record that the row added, such as a line of an order. */
  part?: string;
}

export type Input = Record<string, unknown>;

export const isInput = (value: unknown): value is Input => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * How records of an entity are imported. Its fields are those of the create verb. Rows go through the verbs of the API, with their validation, and
 * with the permissions and visibility of the user who started the import.
 */
export interface Importable {
  /** The name in the address of the list: `leads`. */
  readonly entity: string;
  readonly write: Permission;
  /** The permission to delete such records; needed to cancel or revert an import of another user. */
  readonly delete: Permission;
  /** Returns all errors in the input of a row; called if some of its cells could not be read. */
  validate(input: Input): Promise<readonly ErrorDetail[]>;
  /** Returns the fields that columns can be mapped to. */
  fields(): Promise<Field[]>;
  /** Reads in advance, in bulk, what the verbs will read one by one; only for speed. */
  preload(inputs: readonly Input[]): Promise<void>;
  create(input: Input, onDuplicate: "skip" | "update" | "create" | undefined): Promise<RowResult>;
  update(id: string, input: Input): Promise<RowResult>;
  /** Restores the former values of a record. Defined if an update cannot do it. */
  restore?(id: string, before: Input): Promise<unknown>;
  /** Returns the matchers, by field name, that find a record by a value. */
  matchers(): Promise<Readonly<Record<string, Matcher>>>;
  /** Returns the record's values of the fields that the input sets, for the revert of an update. */
  readPrevious(id: string, input: Input): Promise<Input>;
  /** Deletes a record that an import has created, if it still has this version. */
  remove(id: string): Promise<unknown>;
  /** Removes the part that a row added to a record, if it still may. Returns false if the part stays. */
  removePart?(id: string, part: string): Promise<boolean>;
  /** Deletes a record of another kind that a row created beside its own, such as a person, if nothing else refers to it. */
  removeBeside?(id: string, version: number): Promise<unknown>;
  /** The set, other than the kind itself, that imported records can join: `list_id`. */
  readonly target?: ImportTarget;
}

/** A named set that imported records join, such as a list of contacts. */
export interface ImportTarget {
  /** Refuses a target that the caller may not add to. */
  require(id: string): Promise<void>;
  /** Adds the records of one part of the import. */
  join(record: Pick<ImportRecord, "id" | "created_at">, id: string, part: number, records: readonly string[]): Promise<void>;
  /** Removes the records that the import has added, until an instant of the monotonic clock; returns whether all are removed. */
  leave(record: Pick<ImportRecord, "id" | "created_at">, id: string, until: number): Promise<boolean>;
}

/** When the record was created; for imports of history. */
const createdAtField: Field = { name: "created_at", type: "instant", label: "Created at", required: false };

/** Returns the id of the record with a value; `row` contains the value and the other fields of the row. */
export type Matcher = (value: unknown, row: Input) => Promise<string | undefined>;

/** Returns the present values of the fields that the input names; of custom fields, only those in the input. */
export function pickCurrentValues(record: object, input: Input, names: readonly string[]): Input {
  const values = record as Input;
  const before: Input = {};
  for (const name of names) if (name in input) before[name] = values[name] ?? null;
  if (input.custom_fields) {
    const customValues = values.custom_fields as Input | null;
    const customNames = Object.keys(input.custom_fields as Input);
    before.custom_fields = Object.fromEntries(customNames.map((name) => [name, customValues?.[name] ?? null]));
  }
  return before;
}

/** Returns a cell if it is text. */
export const toText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Loads the import of an entity from the module that its domain names. */
export async function loadImportable(entity: string): Promise<Importable> {
  const load = findDeclaration("imports", entity);
  if (!load) throw new Error(`No domain of this function imports ${entity}`);
  return (await load()) as Importable;
}

/** Returns the labels of fields of a kind in every language, by field. They are translated in the API. */
export type LabelLoader = (kindName: string, fields: readonly Field[]) => Promise<ReadonlyMap<string, readonly string[]>>;

/** Returns the fields with all their labels, so that a column with one of them is recognized in any language. */
export async function addLabels(
  fields: readonly Field[],
  { write }: Pick<Importable, "write">,
  loadLabels: LabelLoader | undefined,
): Promise<readonly Field[]> {
  if (!loadLabels) return fields;
  // Permissions begin with the name of their kind. Functions that import one kind have no list of all kinds.
  const [kindName = ""] = write.name.split(":");
  const labels = await loadLabels(kindName, fields);
  return fields.map((field) => ({ ...field, labels: labels.get(field.name) ?? [] }));
}

/** Returns a field that finds records and that users do not write: an id or a number. */
const buildKeyField = (name: string): Field => ({ name, type: "text", label: fieldLabel(name), required: false });

/** Returns the fields that columns of one import can be mapped to: those of the entity, and those that the options add. */
export async function fieldsFor(
  importable: Importable,
  { historic, match_on }: Pick<Options, "historic" | "match_on">,
): Promise<Field[]> {
  const fields = await importable.fields();
  const isKnown = match_on === undefined || fields.some(({ name }) => name === match_on);
  return [...fields, ...(historic ? [createdAtField] : []), ...(isKnown ? [] : [buildKeyField(match_on)])];
}
