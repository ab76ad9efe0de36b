import { useSettings } from "../../kernel/context.ts";
import { loadRates } from "../../sales/figures/convert-currency.ts";
import { MultiCurrencySum, type RateLookup } from "../../sales/figures/multi-currency-sum.rules.ts";
import type { Matches } from "../../storage/read/column-matches.ts";
import { StableScan } from "../../storage/read/stable-scan.ts";
import { matchesExpression } from "../../storage/read/where-clause.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { findReadable } from "../../storage/write/readable-records.ts";
import { Records } from "../../storage/write/records.ts";
import type { PreparedReport, PreparedTab } from "./preparation.ts";
import type { EvaluationContext, ReportField, ReportRow } from "./report-field.rules.ts";
import { resolveCurrency } from "./report-field.rules.ts";
import type { LineSource } from "./source.ts";

/**
 * Reads the rows of a report as the caller sees them: by the plan of the list, with the fields of related records that the caller may read
 * and sees, in order of ids.
 */

/** Records of one page that are read as a whole for their lines: each may have a hundred. */
const PAGE_RECORDS = 100;

/** Rows of one page; related records and exchange rates are read for a page together. */
const PAGE_ROWS = 1000;

interface RowPage {
  readonly rows: readonly ReportRow[];
  /** The id after which to continue; undefined at the end. */
  readonly after: string | undefined;
  /** Rows of the list that were read, those that do not match included. */
  readonly read: number;
}

type RowReader = (after: string | undefined) => Promise<RowPage>;

interface RowSource {
  readonly readPage: RowReader;
  /** How many rows it reads, according to counters or columns. */
  readonly rows: number;
  /** The rows of the report by columns, with the columns that were asked for; undefined if columns cannot tell. */
  readonly found: Matches<BaseRecord> | undefined;
}

interface ReaderOptions {
  /** Rows that are read by their keys rather than not at all. */
  readonly mostReads?: number;
  /** Columns whose values are needed. */
  readonly fields?: readonly string[] | undefined;
}

/** Returns a reader of the pages of a report. */
export async function createRowReader(report: PreparedReport, as_of: string, options: ReaderOptions = {}): Promise<RowSource> {
  const { exportable } = report.source;
  const limits = { as_of, idAheadMs: exportable.maxIdSkewMs, ...options };
  const extent = await StableScan.plan(exportable.collection, report.query, limits);
  if (!extent) return { readPage: async () => ({ rows: [], after: undefined, read: 0 }), rows: 0, found: undefined };
  const readPage: RowReader = async (after) => {
    const { lines } = report.source;
    const page = await StableScan.readNext(exportable.collection, extent, after, lines ? PAGE_RECORDS : PAGE_ROWS);
    const rows = await addRelated(report, lines ? await readLines(report, lines, page.records) : page.records);
    const { condition } = report;
    const kept = condition ? rows.filter(({ values }) => matchesExpression(values as unknown as BaseRecord, condition)) : rows;
    return { rows: kept, after: page.after, read: page.read };
  };
  return { readPage, rows: StableScan.countReads(extent), found: extent.found };
}

type Line = Readonly<Record<string, unknown>> & { id: string };

/** Reads the lines of records, with the fields of their record that lists show. A record that was deleted meanwhile has no lines. */
async function readLines(
  { source: { exportable } }: PreparedReport,
  { name, field }: LineSource,
  records: readonly BaseRecord[],
): Promise<Line[]> {
  const whole = await Records.loadMany(
    exportable.collection,
    records.map(({ id }) => id),
  );
  return records.flatMap((record, index) => {
    const found = whole[index] as (BaseRecord & Readonly<Record<string, unknown>>) | undefined;
    if (!found || found.deleted_at !== null) return [];
    const fields = { [`${name}_id`]: record.id, ...prefixFields(record, name) };
    return ((found[field] ?? []) as readonly Line[]).map((line) => ({ ...line, ...fields }));
  });
}

/** Adds the fields of related records. Those that are missing, or that the caller may not see, have no fields. */
async function addRelated({ related: used, source }: PreparedReport, records: readonly { id: string }[]): Promise<ReportRow[]> {
  const values = records as readonly Line[];
  // Lines have the fields of their record already.
  const related = used.filter(({ name }) => name !== source.lines?.name);
  if (related.length === 0) return values.map((record) => ({ id: record.id, values: record }));
  const references = values.flatMap((record) =>
    related.flatMap(({ field, kind }) => (typeof record[field] === "string" ? [{ kind, id: record[field] as string }] : [])),
  );
  const unique = [...new Map(references.map((reference) => [reference.id, reference])).values()];
  const found = await findReadable(unique);
  const fieldsById = new Map<string, Readonly<Record<string, unknown>>>();
  return values.map((record) => {
    const all: Record<string, unknown> = { ...record };
    for (const { name, field, collection } of related) {
      const id = record[field];
      const other = typeof id === "string" ? found.get(id) : undefined;
      if (!other) continue;
      const key = `${name} ${id}`;
      const fields = fieldsById.get(key) ?? prefixFields(collection.toRow(other), name);
      fieldsById.set(key, fields);
      Object.assign(all, fields);
    }
    return { id: record.id, values: all };
  });
}

const prefixFields = (row: object, name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).map(([field, value]) => [`${name}.${field}`, value]));

/** Reads the ids that the records of a tab name, page by page, with how many rows were read. */
export async function* readNamedIds(
  { exportable, field, query }: PreparedTab,
  as_of: string,
  from?: string,
): AsyncGenerator<{ ids: readonly string[]; read: number; after: string | undefined }> {
  const extent = await StableScan.plan(exportable.collection, query, { as_of, idAheadMs: exportable.maxIdSkewMs });
  let after = from;
  if (!extent) return;
  do {
    const page = await StableScan.readNext(exportable.collection, extent, after, PAGE_ROWS);
    after = page.after;
    yield {
      ids: page.records.flatMap((record) => listIds((record as unknown as Record<string, unknown>)[field])),
      read: page.read,
      after,
    };
  } while (after !== undefined);
}

/** Lists the ids in the value of a reference: an id, a typed reference, or a list of them. */
function listIds(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(listIds);
  if (typeof value === "string") return [value];
  const { id } = (value ?? {}) as { id?: unknown };
  return typeof id === "string" ? [id] : [];
}

/** The exchange rates of a report. They are read for each page, each currency and day once. */
export class RateTable {
  readonly #fields: readonly ReportField[];
  readonly #currency = useSettings().currency;
  readonly #rates = new Map<string, ReturnType<RateLookup>>();
  readonly #unconverted = new Map<string, { rows: number; last: string }>();

  constructor({ plan, source }: PreparedReport) {
    const used = [
      ...plan.groups.map(({ field }) => field),
      ...plan.measures.flatMap(({ field }) => field ?? []),
      ...plan.sort.flatMap(({ field }) => field ?? []),
    ];
    const names = new Set(used.filter(({ type }) => type === "money").map(({ name }) => name));
    this.#fields = [...names].flatMap((name) => source.fields.get(name) ?? []);
  }

  async load(rows: readonly ReportRow[]): Promise<void> {
    if (this.#fields.length === 0) return;
    const missing = new MultiCurrencySum();
    const keys = new Map<string, readonly [currency: string, day: string | undefined]>();
    for (const row of rows)
      for (const field of this.#fields) {
        const { currency, day } = resolveCurrency(field, row, this.#currency);
        const key = rateKey(currency, day);
        if (currency === this.#currency || this.#rates.has(key) || keys.has(key)) continue;
        keys.set(key, [currency, day]);
        missing.add(currency, day, 1n);
      }
    if (keys.size === 0) return;
    const findRate = await loadRates([missing], this.#currency);
    for (const [key, [currency, day]] of keys) this.#rates.set(key, findRate(currency, day));
  }

  /** Lists the columns of the currency and the day of each amount. */
  listRateColumns(): string[][] {
    return this.#fields.map(({ currencyField, dayFields = [] }) => [...(currencyField ? [currencyField] : []), ...dayFields]);
  }

  get context(): EvaluationContext {
    return {
      timezone: useSettings().timezone,
      currency: this.#currency,
      findRate: (currency, day) => this.#rates.get(rateKey(currency, day)),
      onUnconverted: (currency, rowId) => this.addUnconverted(currency, 1, rowId),
    };
  }

  /** Rows are counted once: a row whose amount is read more than once is the last one. */
  addUnconverted(currency: string, rows: number, last: string): void {
    const before = this.#unconverted.get(currency);
    if (before?.last === last) return;
    this.#unconverted.set(currency, { rows: (before?.rows ?? 0) + rows, last });
  }

  listUnconverted(): { currency: string; rows: number }[] {
    return [...this.#unconverted]
      .map(([currency, { rows }]) => ({ currency, rows }))
      .sort((a, b) => (a.currency < b.currency ? -1 : 1));
  }
}

const rateKey = (currency: string, day: string | undefined): string => (day === undefined ? currency : `${currency} ${day}`);
