import { usePorts } from "../../kernel/context.ts";
import type { ErrorDetail } from "../../kernel/error.ts";
import { type Field, fieldLabel } from "../../kernel/field.ts";
import type { Permission } from "../../kernel/permission.ts";
import type { ImportRecord, Options } from "./import.ts";

/** What a row became. */
export interface RowResult {
  id: string;
  version: number;
  outcome: "created" | "updated" | "skipped";
}

export type Input = Record<string, unknown>;

export const isInput = (value: unknown): value is Input => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * How records of an entity come in by files. Fields are those of the verb that makes one; rows go through the verbs of the
 * API, with their validation, and under the permissions and the visibility of who asked.
 */
export interface Importable {
  /** As the address of its list names it: `leads`. */
  readonly entity: string;
  readonly write: Permission;
  /** The right to delete such records, for taking back what others brought in. */
  readonly delete: Permission;
  /** All that is wrong with what a row says, where something of it could not be read. */
  validate(input: Input): Promise<readonly ErrorDetail[]>;
  /** What columns can be mapped to. */
  fields(): Promise<Field[]>;
  /** Reads at once what the verbs will read one by one: for speed alone. */
  preload(inputs: readonly Input[]): Promise<void>;
  create(input: Input, onDuplicate: "skip" | "update" | "create" | undefined): Promise<RowResult>;
  update(id: string, input: Input): Promise<RowResult>;
  /** Gives a record back what it had, where that is not to update it. */
  restore?(id: string, before: Input): Promise<unknown>;
  /** The record that a value names, by the fields that can. */
  matchers(): Promise<Readonly<Record<string, Matcher>>>;
  /** What the record has where the input says something, for taking an update back. */
  readPrevious(id: string, input: Input): Promise<Input>;
  /** Deletes what an import has made, if it still has this version. */
  remove(id: string): Promise<unknown>;
  /** Deletes a record of another kind that a row created beside its own, such as a person, if nothing else refers to it. */
  removeBeside?(id: string, version: number): Promise<unknown>;
  /** Where the records of an import can be put beside their kind: `list_id`. */
  readonly target?: ImportTarget;
}

/** A named set that imported records join, such as a list of contacts. */
export interface ImportTarget {
  /** Refuses a target that the caller may not add to. */
  require(id: string): Promise<void>;
  /** Adds the records of one part of the import. */
  join(record: Pick<ImportRecord, "id" | "created_at">, id: string, part: number, records: readonly string[]): Promise<void>;
  /** Removes the records that the import has added, until an instant of the monotonic clock; gives whether all are removed. */
  leave(record: Pick<ImportRecord, "id" | "created_at">, id: string, until: number): Promise<boolean>;
}

/** When the record came to be, where history is brought in. */
const createdAtField: Field = { name: "created_at", type: "instant", label: "Created at", required: false };

/** `row` has the value, and what else it says. */
export type Matcher = (value: unknown, row: Input) => Promise<string | undefined>;

/** Fields of a record as they stand, by the names in an input; of custom fields those that it names. */
export function pickCurrentValues(record: object, input: Input, names: readonly string[]): Input {
  const known = record as Input;
  const before: Input = {};
  for (const name of names) if (name in input) before[name] = known[name] ?? null;
  if (input.custom_fields) {
    const own = known.custom_fields as Input | null;
    const named = Object.keys(input.custom_fields as Input);
    before.custom_fields = Object.fromEntries(named.map((name) => [name, own?.[name] ?? null]));
  }
  return before;
}

/** A cell as text, where it is that. */
export const toText = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** How the records of an entity come in, by the module that their domain names. */
export async function loadImportable(entity: string): Promise<Importable> {
  const load = usePorts().domains.find(({ imports = {} }) => Object.hasOwn(imports, entity))?.imports?.[entity];
  if (!load) throw new Error(`No domain of this function brings in ${entity}`);
  return (await load()) as Importable;
}

/** What finds a record and is no field that people write: its id, its number. */
const buildKeyField = (name: string): Field => ({ name, type: "text", label: fieldLabel(name), required: false });

/** What columns of one import can be mapped to: the entity's fields, and what the options add. */
export async function fieldsFor(
  importable: Importable,
  { historic, match_on }: Pick<Options, "historic" | "match_on">,
): Promise<Field[]> {
  const fields = await importable.fields();
  const isKnown = match_on === undefined || fields.some(({ name }) => name === match_on);
  return [...fields, ...(historic ? [createdAtField] : []), ...(isKnown ? [] : [buildKeyField(match_on)])];
}
