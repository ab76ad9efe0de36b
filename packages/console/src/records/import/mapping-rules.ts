import type { Field, KindSummary } from "../../api/kind.ts";
import { findPages } from "../../api/page-manifest.ts";

/** The rules of an import that need no browser. The API is described in docs/platform/imports.md. */

interface InspectedColumn {
  readonly column: string;
  readonly field: string | null;
  /** From 0 to 1. */
  readonly confidence: number;
  readonly samples: readonly string[];
  readonly unknown: readonly string[];
}

interface ImportField {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly required: boolean;
  readonly values?: readonly string[] | undefined;
  readonly master?: string | undefined;
  readonly record?: string | undefined;
}

/** Column → field. A column that is not in it is left out. */
export type ColumnMapping = Readonly<Record<string, string>>;
/** Field → value in the file → its meaning. null: the field stays empty. */
export type ValueMap = Readonly<Record<string, Readonly<Record<string, string | null>>>>;
/** Field → values of the file that are added to its list. */
export type CreatedValues = Readonly<Record<string, readonly string[]>>;

export const MAX_FILE_BYTES = 100 * 1024 * 1024;

const API_PREFIX = /^\/api\/v1\//;

/** Returns the name of an import: `leads` for `/api/v1/leads`. */
export const readEntity = ({ path }: Pick<KindSummary, "path">): string => path.replace(API_PREFIX, "");

/** Returns the kinds that files can be imported into, by their names. */
export const listImportKinds = <K extends Pick<KindSummary, "operations" | "labels">>(kinds: readonly K[], locale: string): K[] =>
  kinds
    .filter(({ operations }) => operations.includes("import"))
    .sort((first, second) => first.labels.localeCompare(second.labels, locale));

export type Confidence = "chosen" | "sure" | "likely" | "doubtful";

const MIN_SURE = 0.9;
const MIN_LIKELY = 0.7;

/** Rates the suggestion of a column. A field that the user chose needs no rating. */
export function rateColumn(
  { field, confidence }: Pick<InspectedColumn, "field" | "confidence">,
  mapped: string | undefined,
): Confidence | undefined {
  if (mapped === undefined) return undefined;
  if (mapped !== field) return "chosen";
  return confidence >= MIN_SURE ? "sure" : confidence >= MIN_LIKELY ? "likely" : "doubtful";
}

export const readSuggestion = (columns: readonly Pick<InspectedColumn, "column" | "field">[]): Record<string, string> =>
  Object.fromEntries(columns.flatMap(({ column, field }) => (field === null ? [] : [[column, field]])));

/** Maps a column to a field, or leaves it out. A field has one column, so another column with it is left out. */
export function mapColumn(mapping: ColumnMapping, column: string, field: string | undefined): Record<string, string> {
  const others = Object.entries(mapping).filter(([name, mapped]) => name !== column && mapped !== field);
  return Object.fromEntries(field === undefined ? others : [...others, [column, field]]);
}

/** Returns the required fields that no column has. A file that changes existing records needs none. */
export const listMissingFields = (fields: readonly ImportField[], mapping: ColumnMapping, mode: string): ImportField[] => {
  const mapped = new Set(Object.values(mapping));
  return mode === "update" ? [] : fields.filter(({ name, required }) => required && !mapped.has(name));
};

export interface SavedMapping {
  readonly name: string;
  readonly kind: string;
  readonly mapping: ColumnMapping;
  readonly values: ValueMap;
}

const isText = (value: unknown): value is string => typeof value === "string";
const isMapping = (value: unknown): value is ColumnMapping =>
  typeof value === "object" && value !== null && Object.values(value).every(isText);
const isMeaningMap = (value: unknown): value is ValueMap[string] =>
  typeof value === "object" && value !== null && Object.values(value).every((meaning) => meaning === null || isText(meaning));
const isValueMap = (value: unknown): value is ValueMap =>
  typeof value === "object" && value !== null && Object.values(value).every(isMeaningMap);

/** Reads the saved mappings from the preferences. Entries of another shape are left out. */
export const readSavedMappings = (stored: unknown): SavedMapping[] =>
  !Array.isArray(stored)
    ? []
    : stored.filter(
        (entry): entry is SavedMapping =>
          typeof entry === "object" &&
          entry !== null &&
          isText(entry.name) &&
          isText(entry.kind) &&
          isMapping(entry.mapping) &&
          isValueMap(entry.values),
      );

/** The preferences of a user have room for some 16 kB. */
const MAX_SAVED = 20;

/** Adds a mapping, the newest first. One of the same kind and name is replaced. */
export const addSavedMapping = (saved: readonly SavedMapping[], entry: SavedMapping): SavedMapping[] =>
  [entry, ...saved.filter(({ kind, name }) => kind !== entry.kind || name !== entry.name)].slice(0, MAX_SAVED);

/** Returns the part of a saved mapping that a file has columns and the kind has fields for. */
export const adaptMapping = (
  { mapping }: Pick<SavedMapping, "mapping">,
  columns: readonly Pick<InspectedColumn, "column">[],
  fields: readonly Pick<ImportField, "name">[],
): Record<string, string> => {
  const header = new Set(columns.map(({ column }) => column));
  const names = new Set(fields.map(({ name }) => name));
  return Object.fromEntries(Object.entries(mapping).filter(([column, field]) => header.has(column) && names.has(field)));
};

/** Returns the saved mapping whose columns the file has all of, the one with most columns first. */
export const findSavedMapping = (
  saved: readonly SavedMapping[],
  kind: string,
  columns: readonly Pick<InspectedColumn, "column">[],
): SavedMapping | undefined => {
  const header = new Set(columns.map(({ column }) => column));
  return saved
    .filter((entry) => entry.kind === kind && Object.keys(entry.mapping).every((column) => header.has(column)))
    .sort((first, second) => Object.keys(second.mapping).length - Object.keys(first.mapping).length)[0];
};

/** Gives a value of the file its meaning, or takes the meaning away. */
export function mapValue(map: ValueMap, field: string, value: string, meaning: string | null | undefined): ValueMap {
  const { [value]: _before, ...others } = map[field] ?? {};
  const next = meaning === undefined ? others : { ...others, [value]: meaning };
  const { [field]: _field, ...rest } = map;
  return Object.keys(next).length === 0 ? rest : { ...rest, [field]: next };
}

/** What becomes of a value that names nothing: it means an existing value, is added to the list, is left out, or is kept in the notes. */
export type ValueAction = "existing" | "add" | "empty" | "text";

interface ValueDecisions {
  readonly values: ValueMap;
  readonly created: CreatedValues;
}

/** What becomes of values without a decision. The notes of records that exist are not changed. */
export const defaultValueAction = (
  options: ImportOptions,
  field: { readonly can_add: boolean },
  noteField: string | null,
): ValueAction => (options.create_masters && field.can_add ? "add" : canKeepText(options, noteField) ? "text" : "empty");

export const canKeepText = ({ mode, on_duplicate }: ImportOptions, noteField: string | null): boolean =>
  noteField !== null && mode === "create" && on_duplicate !== "update";

/** Returns what the user decided about a value; undefined if nothing. */
export function readValueAction({ values, created }: ValueDecisions, field: string, value: string): ValueAction | undefined {
  const meaning = values[field]?.[value];
  if (created[field]?.includes(value)) return "add";
  return meaning === undefined ? undefined : meaning === null ? "empty" : "existing";
}

/** Decides about values of a field. `meaning` is the existing value; it is undefined until one is chosen. */
export function decideValues(
  { values, created }: ValueDecisions,
  field: string,
  texts: readonly string[],
  action: ValueAction,
  meaning?: string,
): ValueDecisions {
  const decided = texts.reduce(
    (map, text) => mapValue(map, field, text, action === "empty" ? null : action === "existing" ? meaning : undefined),
    values,
  );
  const { [field]: before = [], ...others } = created;
  const added = [...before.filter((text) => !texts.includes(text)), ...(action === "add" ? texts : [])];
  return { values: decided, created: added.length === 0 ? others : { ...others, [field]: added } };
}

/** Returns the part of an object by field that is about fields that columns have. */
export const pickValues = <T>(map: Readonly<Record<string, T>>, mapping: ColumnMapping): Readonly<Record<string, T>> => {
  const mapped = new Set(Object.values(mapping));
  return Object.fromEntries(Object.entries(map).filter(([field]) => mapped.has(field)));
};

export interface UnknownValues {
  readonly column: string;
  readonly field: string;
  readonly values: readonly string[];
}

/** Returns the values that name nothing yet, by column. What the user has given a meaning is kept in the list. */
export const listUnknownValues = (columns: readonly InspectedColumn[], mapping: ColumnMapping, map: ValueMap): UnknownValues[] =>
  columns.flatMap(({ column, unknown }) => {
    const field = mapping[column];
    if (field === undefined) return [];
    const values = [...new Set([...Object.keys(map[field] ?? {}), ...unknown])];
    return values.length === 0 ? [] : [{ column, field, values }];
  });

/** Returns the name of a field of an import: as the schema says, which has the language of the user, or else as the import says. */
export const labelField = (
  name: string,
  schema: readonly Pick<Field, "name" | "label">[],
  fields: readonly ImportField[],
): string => schema.find((field) => field.name === name)?.label ?? fields.find((field) => field.name === name)?.label ?? name;

export interface ImportOptions {
  readonly mode: "create" | "update" | "upsert";
  readonly match_on?: string | undefined;
  readonly on_duplicate?: "skip" | "update" | "create" | undefined;
  readonly create_masters?: boolean | undefined;
  readonly historic?: boolean | undefined;
  readonly date_format?: string | undefined;
  readonly decimal_mark?: string | undefined;
  readonly encoding?: string | undefined;
  readonly sheet?: string | undefined;
}

/** Whether a row may name a record that exists already. A row of another kind, such as a lead, always becomes a record of its own. */
export const canExistAlready = (kind: string): boolean => findPages(kind).importing?.canExist === true;

/** What the API does about records that exist, if the request says nothing. A target is one value, so a later file replaces it. */
export const defaultDuplicateAction = (kind: string): "skip" | "update" =>
  findPages(kind).importing?.replaces ? "update" : "skip";

/** Returns the options of the request: those that the mode has, without what is empty. */
export function buildOptions(options: ImportOptions): Record<string, unknown> {
  const { mode, match_on, on_duplicate, ...rest } = options;
  const own = mode === "create" ? { on_duplicate } : { match_on };
  const filled = Object.entries({ ...own, ...rest }).filter(
    ([, value]) => value !== undefined && value !== false && value !== "",
  );
  return { mode, ...Object.fromEntries(filled) };
}
