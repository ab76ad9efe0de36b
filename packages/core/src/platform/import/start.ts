import type * as z from "zod";
import { hasPermission, useActorId, useSettings } from "../../kernel/context.ts";
import { type ErrorDetail, forbidden, invalid, invalidAll } from "../../kernel/error.ts";
import type { Field } from "../../kernel/field.ts";
import type { ByteSource } from "../../lib/spreadsheet/byte-source.ts";
import type { Cell } from "../../lib/spreadsheet/cell.ts";
import type { Table } from "../../lib/spreadsheet/table-reader.ts";
import { leadSourceGrants } from "../../sales/lead/lead.kind.ts";
import { Job } from "../../storage/write/job.ts";
import { limitOpenJobs } from "../../storage/write/open-record-limit.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { masterGrants } from "../master-data/master-data.kind.ts";
import { Upload } from "../upload/upload.ts";
import { cellText } from "./cell-text.ts";
import { type Conventions, inferConventions, isDateFormat } from "./convert.rules.ts";
import { isOpen } from "./import.entity.ts";
import { importGrants } from "./import.kind.ts";
import { Imports } from "./import.ts";
import { fieldsFor, type Importable } from "./importable.ts";
import { type ColumnSuggestion, OWN_NAME_CONFIDENCE, suggestMapping } from "./mapping.rules.ts";
import { findNoteField, isResolvable } from "./row-reader.ts";
import { listOwnColumns } from "./staging.ts";
import type { StartInput, StartResult } from "./start-input.ts";
import { isColumnName, isHeaderWord, synonyms } from "./synonyms.ts";

/** Starts an import: inspects the file and maps its columns. A worker imports the rows later. */

/** Rows from which columns and conventions are inferred. */
const SAMPLE_ROWS = 200;

export async function start(importable: Importable, input: StartInput): Promise<z.output<typeof StartResult>> {
  requireOptionPermissions(input.options);
  if (input.list_id !== undefined) await importable.target?.require(input.list_id);
  if ((input.upload_id === undefined) === (input.file === undefined))
    throw invalid("upload_id", "Exactly one of upload_id and the part `file` is required");
  const upload_id = input.upload_id ?? (await Upload.store(input.file as Upload.FilePart)).id;
  return retryOnConflict(async () => {
    const tx = transaction();
    const { record, answer } = await prepareImport(importable, upload_id, input, tx);
    await limitOpenJobs(tx, record, { collection: Imports, isOpen });
    return tx.commit(answer);
  });
}

/** Adds the import to the transaction. */
export async function prepareImport(
  importable: Importable,
  upload_id: string,
  { mapping: requestedMapping, value_map, new_values, options, list_id }: StartInput,
  tx: Transaction,
) {
  // A dry run leaves the upload for the real import.
  const upload = await (options.dry_run
    ? Upload.inspect(upload_id)
    : Upload.take(upload_id, `import of ${importable.entity}`, tx));
  const { readTable } = await import("../../lib/spreadsheet/table-reader.ts");
  const table = await readTable(upload.source, { ...options, isHeaderWord, isColumnName });
  const encodings = table.doubt && (await previewEncodings(upload.source, table.doubt, options));
  const samples = await readSamples(table);
  const fields = await fieldsFor(importable, options);
  const suggestions = requestedMapping ? undefined : await suggestColumns(table, samples, fields, { value_map, options });
  const mapping = requestedMapping ?? buildMapping(table, suggestions ?? []);
  const ignored = listIgnored(listOwnColumns(table.header), mapping, suggestions);
  requireValidInput(
    { header: table.header, mapping, value_map, new_values, options },
    fields,
    importable,
    await importable.matchers(),
  );
  const record = Records.init(Imports, {
    ...blankRecord,
    entity: importable.entity,
    owner_id: useActorId(),
    file_name: upload.file_name,
    object_key: upload.key,
    format: table.format,
    encoding: table.encoding ?? null,
    delimiter: table.delimiter ?? null,
    sheet: table.sheet ?? null,
    header: [...table.header],
    mapping,
    ignored,
    is_suggested: requestedMapping === undefined,
    value_map,
    new_values,
    options,
    list_id: list_id ?? null,
    conventions: inferFileConventions(options, mapping, table, samples, fields),
    ...Job.requestWorker(),
  });
  tx.create(Imports, record);
  const answer = {
    import_id: record.id,
    mapping,
    ignored,
    ...(options.dry_run ? { upload_id } : {}),
    ...(encodings ? { encodings } : {}),
  };
  return { record, answer };
}

const blankRecord = {
  status: "queued" as const,
  total_rows: null,
  processed: 0,
  created: 0,
  updated: 0,
  skipped: 0,
  failed: 0,
  error: null,
  reverted: null,
  started_at: null,
  finished_at: null,
};

/** The number of encodings offered, and the rows shown for each. */
const MAX_ENCODINGS = 3;
const PREVIEW_ROWS = 5;

/** Returns previews of the file in its possible encodings for a dry run; refuses a real import. */
export async function previewEncodings(source: ByteSource, doubt: readonly string[], options: StartInput["options"]) {
  const likeliest = doubt.slice(0, MAX_ENCODINGS);
  if (!options.dry_run)
    throw invalid(
      "options.encoding",
      `The encoding is ambiguous (${likeliest.join(", ")} or another): set it; a dry run shows the first rows in each of these`,
    );
  const { readTable } = await import("../../lib/spreadsheet/table-reader.ts");
  return Promise.all(
    likeliest.map(async (encoding) => {
      const table = await readTable(source, { ...options, encoding });
      const rows = (await readSamples(table, PREVIEW_ROWS)).map((cells) =>
        cells.map((cell) => (typeof cell === "string" ? cell : cell[1])),
      );
      return { encoding, preview: [[...table.header], ...rows] };
    }),
  );
}

/** Returns the first rows, with a cell for each column. */
export async function readSamples({ header, rows }: Table, limit = SAMPLE_ROWS): Promise<Cell[][]> {
  const samples: Cell[][] = [];
  for await (const { cells } of rows) {
    samples.push(header.map((_, index) => cells[index] ?? ""));
    if (samples.length >= limit) break;
  }
  return samples;
}

/** Distinct cells of a column that are looked up in master data and among users. */
export const MAX_LOOKUPS = 50;

/** Suggests a field for each column. A field whose samples name nothing that exists is not suggested. */
export async function suggestColumns(
  { header }: Table,
  samples: readonly (readonly Cell[])[],
  fields: readonly Field[],
  { value_map, options }: Pick<StartInput, "value_map" | "options">,
): Promise<ColumnSuggestion[]> {
  const columns = listOwnColumns(header);
  const rows = samples.map((row) => columns.map((column) => row[header.indexOf(column)] ?? ""));
  const fieldByName = new Map(fields.map((field) => [field.name, field]));
  const mappedFields = new Set(Object.keys(value_map));
  const unfit = new Set<string>();
  const formatPair = (column: number, field: string) => `${column} ${field}`;
  for (;;) {
    const isUnfit = (column: number, field: string) => unfit.has(formatPair(column, field));
    const suggestions = suggestMapping(columns, rows, fields, synonyms, { mappedFields, isUnfit });
    const before = unfit.size;
    for (const [column, { field: name, confidence }] of suggestions.entries()) {
      const field = fieldByName.get(name ?? "");
      if (!field || confidence >= OWN_NAME_CONFIDENCE || mappedFields.has(field.name)) continue;
      // With these options no row is refused for what its cells name.
      if (field.master !== undefined && options.create_masters) continue;
      if (options.unknown_values !== undefined && options.unknown_values !== "refuse") continue;
      const cells = [...new Set(rows.map((row) => cellText(row[column] ?? "")))]
        .filter((text) => text !== "")
        .slice(0, MAX_LOOKUPS);
      const known = await Promise.all(cells.map((text) => isResolvable(field, text)));
      if (known.filter(Boolean).length * 2 < cells.length) unfit.add(formatPair(column, field.name));
    }
    // Each round excludes a pair more, so the rounds end.
    if (unfit.size === before) return suggestions;
  }
}

function buildMapping({ header }: Table, suggestions: readonly ColumnSuggestion[]): Record<string, string> {
  const mapping = Object.fromEntries(suggestions.flatMap(({ column, field }) => (field === null ? [] : [[column, field]])));
  if (Object.keys(mapping).length === 0)
    throw invalid("mapping", `No column could be recognized (${header.slice(0, 10).join(", ")}): set mapping`);
  return mapping;
}

/** Returns the columns that are not mapped, each with the reason, so that no data is ignored silently. */
function listIgnored(
  ownColumns: readonly string[],
  mapping: Record<string, string>,
  suggestions: readonly ColumnSuggestion[] | undefined,
) {
  const reasons = new Map(suggestions?.map(({ column, why }) => [column, why]));
  return ownColumns
    .filter((column) => !Object.hasOwn(mapping, column))
    .map((column) => ({ column, reason: reasons.get(column) ?? "Not included in the mapping" }));
}

function inferFileConventions(
  options: StartInput["options"],
  mapping: Record<string, string>,
  { header }: Table,
  samples: readonly (readonly Cell[])[],
  fields: readonly Field[],
): Conventions {
  const fieldByName = new Map(fields.map((field) => [field.name, field]));
  const columns = header.flatMap((column, index) => {
    const field = fieldByName.get(mapping[column] ?? "");
    return field ? [{ field, samples: samples.map((row) => row[index] ?? "") }] : [];
  });
  const { timezone, default_country } = useSettings();
  const { date_format, decimal_mark } = options;
  return inferConventions(columns, {
    timezone: options.timezone ?? timezone,
    default_country: options.default_country ?? default_country,
    ...(date_format === undefined ? {} : { date_format }),
    ...(decimal_mark === undefined ? {} : { decimal_mark }),
  });
}

function requireOptionPermissions({ historic, create_masters }: StartInput["options"]): void {
  if (historic && !hasPermission(importGrants.historic))
    throw forbidden("Your role cannot import history: set options.historic to false");
  if (create_masters && !hasPermission(masterGrants.manage) && !hasPermission(leadSourceGrants.manage))
    throw forbidden("Your role cannot add master data: set options.create_masters to false");
}

/** Refuses input that does not fit the file or the entity, before any row is read. */
function requireValidInput(
  {
    header,
    mapping,
    value_map,
    new_values,
    options,
  }: Pick<StartInput, "value_map" | "new_values" | "options"> & { header: readonly string[]; mapping: Record<string, string> },
  fields: readonly Field[],
  { entity }: Importable,
  matchers: Readonly<Record<string, unknown>>,
): void {
  const details: ErrorDetail[] = [];
  const fieldNames = new Set(fields.map(({ name }) => name));
  const columnByField = new Map<string, string>();
  for (const [column, field] of Object.entries(mapping)) {
    const path = `mapping.${column}`;
    if (!header.includes(column)) details.push({ field: path, message: "The file has no such column" });
    else if (!fieldNames.has(field)) details.push({ field: path, message: `${entity} have no field ${field}` });
    else if (columnByField.has(field))
      details.push({ field: path, message: `Already mapped from the column ${columnByField.get(field)}` });
    columnByField.set(field, column);
  }
  for (const field of Object.keys(value_map))
    if (!fieldNames.has(field)) details.push({ field: `value_map.${field}`, message: "No such field" });
  for (const name of Object.keys(new_values)) {
    const field = fields.find((candidate) => candidate.name === name);
    const path = `new_values.${name}`;
    if (!field) details.push({ field: path, message: "No such field" });
    else if (field.master === undefined)
      details.push({ field: path, message: "The field has no master data to which values can be added" });
    // The worker asks for the right to add values of this kind. This function has no list of all kinds.
    else if (!hasPermission(masterGrants.manage) && !hasPermission(leadSourceGrants.manage))
      details.push({ field: path, message: "Your role cannot add values to master data" });
  }
  const keepsText = options.unknown_values === "keep_as_text";
  if (keepsText && findNoteField(fields) === undefined)
    details.push({ field: "options.unknown_values", message: `${entity} have no notes: use leave_empty` });
  if (keepsText && (options.mode !== "create" || options.on_duplicate === "update"))
    details.push({ field: "options.unknown_values", message: "Existing records keep their notes: use leave_empty" });
  for (const field of Object.keys(options.defaults ?? {}))
    if (!fieldNames.has(field)) details.push({ field: `options.defaults.${field}`, message: "No such field" });
  const { match_on, mode, date_format } = options;
  if (match_on !== undefined && !(match_on in matchers))
    details.push({ field: "options.match_on", message: `Must be one of ${Object.keys(matchers).join(", ")}` });
  else if (match_on !== undefined && !columnByField.has(match_on))
    details.push({ field: "options.match_on", message: "No column is mapped to it" });
  if (mode !== "create" && match_on === undefined)
    details.push({ field: "options.match_on", message: `Required for mode ${mode}: the field by which rows find their records` });
  if (date_format !== undefined && !isDateFormat(date_format))
    details.push({ field: "options.date_format", message: "Must be a format such as DD.MM.YYYY" });
  if (details.length > 0) throw invalidAll(details);
}
