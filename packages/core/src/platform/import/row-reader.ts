import { hasPermission } from "../../kernel/context.ts";
import { type ErrorDetail, isFailure } from "../../kernel/error.ts";
import type { Field } from "../../kernel/field.ts";
import { isId } from "../../kernel/id.ts";
import type { MasterKind } from "../../kernel/master-kind.ts";
import { findMasterKind } from "../../kernel/registry.ts";
import { fold } from "../../kernel/text.ts";
import type { Cell } from "../../lib/spreadsheet/cell.ts";
import { leadSourceGrants } from "../../sales/lead/lead.kind.ts";
import { LEAD_SOURCES } from "../../sales/lead/lead.masters.ts";
import { useBatch } from "../../storage/table/transaction-batch.ts";
import { Master } from "../master-data/master.ts";
import { masterGrants } from "../master-data/master-data.kind.ts";
import { Directory } from "../user/directory.ts";
import { USER } from "../user/user.kind.ts";
import { cellText } from "./cell-text.ts";
import type { Conventions } from "./convert.rules.ts";
import { convert } from "./convert.rules.ts";
import type { ImportRecord } from "./import.ts";
import { type Importable, type Input, isInput } from "./importable.ts";
import { makeValue } from "./made-values.ts";

/** A row of the file as it was read. */
export interface Row {
  number: number;
  cells: readonly Cell[];
  /** Why the row could not be read. */
  refused?: string;
}

/** The row as input of the API, with the ids of values that the import added and that it names, or its errors. */
type ReadRow = { input: Input; made: readonly string[] } | { wrong: ErrorDetail[] };

/** Reads rows of one import into the input of its verbs. */
interface RowReader {
  read(row: Row): Promise<ReadRow>;
  /** The values that this reader added to master data, with their kinds. */
  readonly made: ReadonlyMap<string, MasterKind>;
}

type ReaderRecord = Pick<ImportRecord, "header" | "mapping" | "value_map" | "options"> &
  Partial<Pick<ImportRecord, "id" | "new_values">>;

/** The fields of notes, the likeliest first: they take values that name nothing. */
const NOTE_FIELDS = ["notes", "description"];

/** Returns the field that takes values as text; undefined if the entity has none. */
export const findNoteField = (fields: readonly Field[]): string | undefined =>
  NOTE_FIELDS.find((name) => fields.some((field) => field.name === name && field.type === "text"));

export function createRowReader(
  { id, header, mapping, value_map, new_values, options }: ReaderRecord,
  fields: readonly Field[],
  conventions: Conventions,
  importable: Pick<Importable, "validate">,
): RowReader {
  const fieldByName = new Map(fields.map((field) => [field.name, field]));
  const columns = header.flatMap((column, index) => {
    const field = fieldByName.get(mapping[column] ?? "");
    if (!field) return [];
    const added = new Set((new_values?.[field.name] ?? []).map((value) => fold(value.trim())));
    return [{ index, column, field, values: indexValueMap(value_map[field.name]), added }];
  });
  const defaults = options.defaults ?? {};
  const isNew = (options.mode ?? "create") === "create";
  const unknownAction = options.unknown_values ?? "refuse";
  const noteField = unknownAction === "keep_as_text" ? findNoteField(fields) : undefined;
  const made = new Map<string, MasterKind>();
  /** Reads the cells. `missing` collects the values that are to be added to master data. */
  const build = async (cells: readonly Cell[], missing: MissingValue[]): Promise<{ input: Input; errors: ErrorDetail[] }> => {
    const input: Input = {};
    const errors: ErrorDetail[] = [];
    const notes: string[] = [];
    for (const { index, column, field, values, added } of columns) {
      const cell = mapCell(cells[index] ?? "", values);
      const { value, unknown, reason } = await readValue(field, cell, conventions, {
        values,
        missing,
        isAdded: (text) => options.create_masters === true || added.has(fold(text.trim())),
      });
      if (unknown.length > 0 && unknownAction !== "refuse") {
        if (value !== undefined) setPath(input, field.name, value);
        notes.push(`${column}: ${unknown.join("; ")}`);
      } else if (reason !== undefined) errors.push({ field: field.name, message: reason });
      else if (unknown.length > 0) setPath(input, field.name, Array.isArray(value) ? [...value, ...unknown] : unknown[0]);
      else if (value !== undefined) setPath(input, field.name, value);
    }
    for (const [name, value] of Object.entries(defaults)) if (readPath(input, name) === undefined) setPath(input, name, value);
    if (noteField !== undefined && notes.length > 0)
      setPath(input, noteField, [readPath(input, noteField), ...notes].filter((text) => text !== undefined).join("\n"));
    return { input, errors };
  };
  return {
    made,
    async read({ cells, refused: rejection }) {
      if (rejection !== undefined) return { wrong: [{ field: "", message: rejection }] };
      const missing: MissingValue[] = [];
      let { input, errors } = await build(cells, missing);
      const isStored = id !== undefined && missing.length > 0 && !useBatch()?.isDryRun;
      // A row that is refused adds nothing, so the rest of the row is checked first.
      const faults = errors.length > 0 || isStored ? await importable.validate(input) : [];
      const wrong = [...errors, ...filterFurtherFaults(errors, input, faults, isNew)];
      if (wrong.length > 0) return { wrong };
      if (isStored) {
        try {
          for (const { kind, name } of missing) {
            Master.forgetPlannedValue(kind, name);
            made.set(await makeValue(id, kind, name), kind);
          }
        } catch (error) {
          if (!isFailure(error)) throw error;
          return { wrong: [{ field: "", message: error.message }] };
        }
        ({ input, errors } = await build(cells, []));
      }
      const ids = made.size === 0 ? [] : listTexts(input).filter((text) => made.has(text));
      return errors.length > 0 ? { wrong: errors } : { input, made: ids };
    },
  };
}

/** Lists the texts of an input, those of parts too. */
const listTexts = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(listTexts)
      : [];

/** Returns the errors beside those of unreadable cells, so that a row can be corrected in one round. */
function filterFurtherFaults(
  unread: readonly ErrorDetail[],
  input: Input,
  details: readonly ErrorDetail[],
  isNew: boolean,
): ErrorDetail[] {
  const isTold = (field: string): boolean => unread.some((detail) => detail.field === field);
  const isAbsent = ({ field, message }: ErrorDetail): boolean => isNew && message === "Required" && !isTold(field);
  const isGiven = ({ field, message }: ErrorDetail): boolean =>
    message !== "Unknown field" && readPath(input, field) !== undefined;
  return details.filter((detail) => isGiven(detail) || isAbsent(detail));
}

type MeaningMap = ReadonlyMap<string, string | null>;

/** Returns the value map with exact texts first, and folded texts for other letter cases. */
function indexValueMap(map: Record<string, string | null> | undefined): MeaningMap | undefined {
  if (!map) return undefined;
  const entries = Object.entries(map);
  return new Map([...entries.map(([from, to]) => [fold(from.trim()), to] as const), ...entries]);
}

/** Returns the meaning of a text; undefined if the map has none. */
const findMeaning = (text: string, values: MeaningMap | undefined): string | null | undefined => {
  const exact = values?.get(text);
  return exact === undefined ? values?.get(fold(text)) : exact;
};

function mapCell(cell: Cell, values: MeaningMap | undefined): Cell {
  const meaning = findMeaning((typeof cell === "string" ? cell : cell[1]).trim(), values);
  return meaning === undefined ? cell : (meaning ?? "");
}

/** Sets a value in a nested object: `custom_fields.region`, `product_data.pet.breed`. */
function setPath(input: Input, name: string, value: unknown): void {
  const [outerName = "", ...inner] = name.split(".");
  if (inner.length === 0) input[outerName] = value;
  else {
    const below = isInput(input[outerName]) ? { ...input[outerName] } : {};
    setPath(below, inner.join("."), value);
    input[outerName] = below;
  }
}

export const readPath = (input: Input, name: string): unknown =>
  name
    .split(".")
    .reduce<unknown>((value, step) => (isInput(value) && Object.hasOwn(value, step) ? value[step] : undefined), input);

/** A value that master data does not have yet. */
interface MissingValue {
  readonly kind: MasterKind;
  readonly name: string;
}

interface ValueOptions {
  readonly values: MeaningMap | undefined;
  readonly missing: MissingValue[];
  /** Whether a value is added if master data does not have it. */
  readonly isAdded: (text: string) => boolean;
}

interface ReadValue {
  readonly value?: unknown;
  /** Texts that name no choice, master data or user. */
  readonly unknown: readonly string[];
  /** Why the cell cannot be read. */
  readonly reason?: string;
}

/** Reads a cell, and resolves names to ids: people write the label of master data, and the address or the name of a colleague. */
async function readValue(field: Field, cell: Cell, conventions: Conventions, options: ValueOptions): Promise<ReadValue> {
  const converted = convert(field, cell, conventions);
  if ("reason" in converted) {
    const text = cellText(cell);
    return { unknown: field.values && typeof cell === "string" && text !== "" ? [text] : [], reason: converted.reason };
  }
  const { value } = converted;
  if (value === null) return { unknown: [] };
  const kind = field.master === undefined ? undefined : findMasterKind(field.master);
  if (kind && typeof value === "string") {
    const id = await resolveMasterValue(kind, value, options);
    return id === undefined ? { unknown: [value] } : { value: id, unknown: [] };
  }
  if (kind && Array.isArray(value)) {
    const texts = value.flatMap(
      (item) => findMeaning(String(item), options.values) ?? (options.values?.get(String(item)) === null ? [] : [String(item)]),
    );
    const ids = await Promise.all(texts.map((text) => resolveMasterValue(kind, text, options)));
    const known = ids.filter((id) => id !== undefined);
    return { ...(known.length > 0 ? { value: known } : {}), unknown: texts.filter((_, index) => ids[index] === undefined) };
  }
  if (field.record === "user" && typeof value === "string") {
    const id = isId(value, USER) ? value : await findUserId(value);
    return id === undefined ? { unknown: [value] } : { value: id, unknown: [] };
  }
  return { value, unknown: [] };
}

const findUserId = (text: string): Promise<string | undefined> =>
  text.includes("@") ? Directory.findByEmail(text) : Directory.findByName(text);

/** Whether a cell names a value of the field: master data or a user that exists. Cells of other fields are compared by their types alone. */
export const isResolvable = async (field: Field, text: string): Promise<boolean> =>
  (await listUnresolved(field, text)).length === 0;

/** Returns the texts of a cell that name no master data and no user. */
export async function listUnresolved(field: Field, text: string): Promise<string[]> {
  if (field.record === "user") return isId(text, USER) || (await findUserId(text)) !== undefined ? [] : [text];
  const kind = field.master === undefined ? undefined : findMasterKind(field.master);
  if (!kind) return [];
  const converted = convert(field, text, { timezone: "UTC", default_country: "US" });
  const names = "value" in converted ? [converted.value].flat() : [];
  const ids = await Promise.all(names.map((name) => Master.findByName(kind, String(name))));
  return names.length === 0 ? [text] : names.map(String).filter((_, index) => ids[index] === undefined);
}

/** Returns the id of a value; undefined if it names nothing. A value that is to be added is planned first. */
async function resolveMasterValue(
  kind: MasterKind,
  input: string,
  { missing, isAdded }: ValueOptions,
): Promise<string | undefined> {
  const existingId = await Master.findByName(kind, input);
  const isPlanned = existingId !== undefined && Master.isPlannedValue(kind, input);
  if ((existingId !== undefined && !isPlanned) || (!isPlanned && !(isAdded(input) && canAddValues(kind)))) return existingId;
  try {
    if (!isPlanned) Master.planValue(kind, Master.buildValue(kind, input));
  } catch (error) {
    // The kind needs more than a name.
    if (isFailure(error)) return undefined;
    throw error;
  }
  missing.push({ kind, name: input });
  return Master.findByName(kind, input);
}

/** Whether the caller may add values to master data of a kind. */
export const canAddValues = (kind: MasterKind): boolean =>
  !kind.isClosed &&
  !kind.isFixed &&
  (hasPermission(masterGrants.manage) || (kind === LEAD_SOURCES && hasPermission(leadSourceGrants.manage)));
