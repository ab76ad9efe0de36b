import * as z from "zod";
import { hasPermission, useSettings } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { type Field, fieldTypes } from "../../kernel/field.ts";
import { fn } from "../../kernel/fn.ts";
import { findMasterKind, registryName } from "../../kernel/registry.ts";
import { id, oneOf } from "../../kernel/schema.ts";
import type { Cell } from "../../lib/spreadsheet/cell.ts";
import { UPLOAD } from "../upload/upload.kind.ts";
import { Upload } from "../upload/upload.ts";
import { cellText } from "./cell-text.ts";
import { convert } from "./convert.rules.ts";
import { Mapping, Options, ValueMap } from "./import.ts";
import { addLabels, fieldsFor, type LabelLoader, loadImportable } from "./importable.ts";
import type { ColumnSuggestion } from "./mapping.rules.ts";
import { canAddValues, findNoteField, listUnresolved } from "./row-reader.ts";
import { listOwnColumns } from "./staging.ts";
import { MAX_LOOKUPS, previewEncodings, readSamples, suggestColumns } from "./start.ts";
import { isColumnName, isHeaderWord } from "./synonyms.ts";

/** Inspects the file of an import before it starts: its columns with samples, the suggested fields, and values that name nothing yet. */

const Inspect = z.strictObject({
  entity: registryName("imports").describe("Kind of the rows, as in the address of their list: `leads`"),
  upload_id: id(UPLOAD),
  mapping: Mapping.optional().describe("Column → field; suggested by default"),
  value_map: ValueMap.default({}),
  options: Options.prefault({}),
});

export const InspectedFile = z
  .object({
    file_name: z.string(),
    format: z.string(),
    encoding: z.string().nullable(),
    encodings: z
      .array(z.object({ encoding: z.string(), preview: z.array(z.array(z.string())) }))
      .optional()
      .describe("If the encoding cannot be detected: the most likely ones, with header and first rows; the first was used"),
    sheet: z.string().nullable(),
    sheets: z.array(z.string()).describe("The visible sheets of a workbook; `options.sheet` chooses one"),
    rows: z.array(z.array(z.string())).describe("The first rows, with a cell for each column"),
    note_field: z.string().nullable().describe("The field to which `unknown_values: keep_as_text` adds values"),
    columns: z.array(
      z.object({
        column: z.string(),
        field: z.string().nullable().describe("null: the column is not imported"),
        confidence: z.number().describe("From 0 to 1; 1 for a field that the request names"),
        reason: z.string(),
        samples: z.array(z.string()).describe("The first different values"),
        unknown: z
          .array(z.string())
          .describe(
            "Values among the first 200 rows that name no choice, master data or user; `value_map` can give their meaning",
          ),
      }),
    ),
    fields: z
      .array(
        z.object({
          name: z.string(),
          label: z.string(),
          type: oneOf(fieldTypes),
          required: z.boolean(),
          values: z.array(z.string()).optional(),
          master: z.string().optional(),
          record: z.string().optional(),
          can_add: z.boolean().describe("Whether the caller may add values to its master data"),
        }),
      )
      .describe("Fields that columns can be mapped to"),
    match_on: z.array(z.string()).describe("Fields by which rows can find their records"),
  })
  .meta({ id: "InspectedFile" });

type Inspected = z.output<typeof InspectedFile>;

const MAX_SAMPLES = 20;
const PREVIEW_ROWS = 5;

/** Reads the first 200 rows of an upload, and leaves it for the import. */
export const inspect = fn(Inspect, (input) => inspectFile(input));

/** Like `inspect`, with the labels of fields in all languages. */
export async function inspectFile(
  { entity, upload_id, mapping, value_map, options }: z.output<typeof Inspect>,
  loadLabels?: LabelLoader,
): Promise<Inspected> {
  const importable = await loadImportable(entity);
  if (!hasPermission(importable.write)) throw forbidden(`The permission to write ${entity} is required`);
  const { readTable } = await import("../../lib/spreadsheet/table-reader.ts");
  const upload = await Upload.inspect(upload_id);
  const table = await readTable(upload.source, { ...options, isHeaderWord, isColumnName });
  const encodings = table.doubt && (await previewEncodings(upload.source, table.doubt, { ...options, dry_run: true }));
  const rows = await readSamples(table);
  const fields = await fieldsFor(importable, options);
  const suggestions = mapping
    ? []
    : await suggestColumns(table, rows, await addLabels(fields, importable, loadLabels), { value_map, options });
  const suggestionByColumn = new Map(suggestions.map((suggestion) => [suggestion.column, suggestion]));
  const fieldByName = new Map(fields.map((field) => [field.name, field]));
  const ownColumns = listOwnColumns(table.header);
  const columns = ownColumns.map(async (column) => {
    const values = listDistinct(rows, table.header.indexOf(column));
    const { field, confidence, why } = mapping ? nameField(column, mapping) : requireSuggestion(column, suggestionByColumn);
    const target = fieldByName.get(field ?? "");
    const open = values.slice(0, MAX_LOOKUPS).filter((value) => !isMapped(value, value_map[field ?? ""]));
    return {
      column,
      field,
      confidence,
      reason: why,
      samples: values.slice(0, MAX_SAMPLES),
      unknown: target ? await listUnknown(target, open) : [],
    };
  });
  return {
    file_name: upload.file_name,
    format: table.format,
    encoding: table.encoding ?? null,
    ...(encodings ? { encodings } : {}),
    sheet: table.sheet ?? null,
    sheets: [...(table.sheets ?? [])],
    rows: rows
      .slice(0, PREVIEW_ROWS)
      .map((cells) => ownColumns.map((column) => cellText(cells[table.header.indexOf(column)] ?? ""))),
    note_field: findNoteField(fields) ?? null,
    columns: await Promise.all(columns),
    fields: fields.map(describeField),
    match_on: Object.keys(await importable.matchers()),
  };
}

const describeField = ({ name, label, type, required, values, master, record }: Field): Inspected["fields"][number] => ({
  name,
  label,
  type,
  required,
  can_add: canAdd(master),
  ...(values === undefined ? {} : { values: [...values] }),
  ...(master === undefined ? {} : { master }),
  ...(record === undefined ? {} : { record }),
});

function canAdd(master: string | undefined): boolean {
  const kind = master === undefined ? undefined : findMasterKind(master);
  return kind !== undefined && canAddValues(kind);
}

/** Returns the different values of a column, in the order of the rows. */
const listDistinct = (rows: readonly (readonly Cell[])[], index: number): string[] =>
  [...new Set(rows.map((row) => cellText(row[index] ?? "")))].filter((text) => text !== "");

const nameField = (column: string, mapping: Record<string, string>): ColumnSuggestion => {
  const field = Object.hasOwn(mapping, column) ? (mapping[column] ?? null) : null;
  return {
    column,
    field,
    confidence: field === null ? 0 : 1,
    why: field === null ? "Not included in the mapping" : "as requested",
  };
};

const requireSuggestion = (column: string, suggestions: ReadonlyMap<string, ColumnSuggestion>): ColumnSuggestion =>
  suggestions.get(column) ?? { column, field: null, confidence: 0, why: "no similar field" };

const isMapped = (value: string, map: Record<string, string | null> = {}): boolean =>
  Object.keys(map).some((from) => from.trim().toLowerCase() === value.toLowerCase());

/** Returns the values that name no choice, master data or user. Values of other types are not looked up. */
async function listUnknown(field: Field, values: readonly string[]): Promise<string[]> {
  if (field.type === "choice" || field.type === "choices") {
    const { timezone, default_country } = useSettings();
    return values.filter((value) => "reason" in convert(field, value, { timezone, default_country }));
  }
  if (field.master === undefined && field.record !== "user") return [];
  const unresolved = await Promise.all(values.map((value) => listUnresolved(field, value)));
  return [...new Set(unresolved.flat())];
}
