import { classifyRows } from "../../storage/columns/row-classes.ts";
import type { Segment } from "../../storage/columns/segment.ts";
import { listKindColumns } from "../../storage/read/column-kind.ts";
import type { Matches } from "../../storage/read/column-matches.ts";
import { WhereClauses } from "../../storage/read/where-clause.ts";
import type { BaseRecord } from "../../storage/table/collection.ts";
import { combineParts, type GroupKey, type KeyPart, listParts } from "./group-key.rules.ts";
import { finishByNames } from "./group-names.ts";
import { type Contribution, type DayReader, readContribution } from "./measure.rules.ts";
import { createDayReader } from "./period.rules.ts";
import type { PlannedGroup, PlannedMeasure } from "./plan.rules.ts";
import type { PreparedReport } from "./preparation.ts";
import { buildRecordRow, createRowOrder, GroupFold, type ReportResult, readSortText, type SortableRow } from "./report.rules.ts";
import type { EvaluationContext, ReportField, ReportRow } from "./report-field.rules.ts";
import type { RateTable } from "./row-reader.ts";

/**
 * Evaluates a report from the columns of its kind, without a read of its records (docs/storage/columns.md). What a row adds to a group is computed once for
 * each distinct value, by the same functions that evaluate single rows.
 */

/** An amount is computed with its currency and its day. */
const listFieldColumns = (field: ReportField | undefined): string[] => {
  if (!field) return [];
  const { name, type, currencyField, dayFields = [] } = field;
  return type === "money" ? [name, ...(currencyField ? [currencyField] : []), ...dayFields] : [name];
};

const listMeasureColumns = ({ field, since, where, over }: PlannedMeasure): string[] => [
  ...listFieldColumns(field),
  ...listFieldColumns(since),
  ...[where, over].flatMap((condition) => (condition ? WhereClauses.listFields(condition) : [])),
];

const unique = (names: readonly string[]): string[] => [...new Set(names)];

/** Returns the columns that a report needs; undefined if the columns of its kind do not have all values. */
export function listReportColumns({ plan, source, related, condition, tabs }: PreparedReport): string[] | undefined {
  if (source.lines || condition || related.length > 0 || tabs.length > 0) return undefined;
  const used = unique([
    ...(plan.columns ?? []).map(({ name }) => name).filter((name) => name !== "id"),
    ...plan.groups.flatMap(({ field }) => listFieldColumns(field)),
    ...plan.measures.flatMap(listMeasureColumns),
    ...plan.sort.flatMap(({ field }) => listFieldColumns(field)),
  ]);
  const known = new Set(listKindColumns(source.exportable.collection).map(({ type }) => type.name));
  return used.every((name) => known.has(name)) ? used : undefined;
}

/** What was computed for some values, and the currencies without a rate that it met. */
interface Computed<T> {
  readonly value: T;
  readonly unconverted: readonly string[];
}

const toRow = (values: Readonly<Record<string, unknown>>): ReportRow => ({ id: "", values });

/** Rows that are evaluated in memory. */
const MAX_ROWS = 1_000_000;
/** States and values that are held in memory. */
const MAX_FOLD_SIZE = 500_000;

/**
 * Evaluates a report; undefined if it has too many rows or groups for memory. Of a report without groups, only the first `mostRows` rows are returned; their
 * number is exact.
 */
export async function evaluateByColumns(
  report: PreparedReport,
  found: Matches<BaseRecord>,
  rates: RateTable,
  mostRows: number,
): Promise<ReportResult | undefined> {
  const { plan } = report;
  if (!plan.columns) {
    const fold = await foldByColumns(report, found, rates);
    return fold && finishByNames(report, fold);
  }
  if (found.total > MAX_ROWS) return undefined;
  const first = new FirstRows(createRowOrder(plan.sort), Math.min(mostRows, plan.limit ?? mostRows));
  await loadRates(found, rates);
  await addSegments(found, new ColumnRecords(report, rates, first));
  for (const record of found.records) first.add(buildRecordRow(plan, asRow(record), rates.context));
  return { rows: first.sorted().map(({ row }) => row), totals: null, count: found.total };
}

/** Collects the groups and measures of a report; undefined if there are too many rows or groups for memory. */
export async function foldByColumns(
  report: PreparedReport,
  found: Matches<BaseRecord>,
  rates: RateTable,
): Promise<GroupFold | undefined> {
  if (found.total > MAX_ROWS) return undefined;
  await loadRates(found, rates);
  const fold = new GroupFold(report.plan, rates.context);
  await addSegments(found, new ColumnGroups(report, rates, fold));
  if (fold.size > MAX_FOLD_SIZE) return undefined;
  for (const record of found.records) fold.add(asRow(record));
  return fold;
}

interface SegmentReader {
  addSegment(segment: Segment, rows: Uint32Array): void;
}

async function addSegments({ parts }: Matches<BaseRecord>, reader: SegmentReader): Promise<void> {
  for (const { segment, rows } of parts) {
    reader.addSegment(segment, rows);
    // Other requests of the process go on between two segments.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const asRow = (record: BaseRecord): ReportRow => ({ id: record.id, values: record as BaseRecord & ReportRow["values"] });

/** Loads the exchange rates of all currencies and days of the rows. */
async function loadRates({ parts, records }: Matches<BaseRecord>, rates: RateTable): Promise<void> {
  const combinations: ReportRow[] = records.map(asRow);
  for (const columns of rates.listRateColumns())
    for (const { segment, rows } of parts) {
      const collect = classifyRows(segment, columns, (values) => {
        combinations.push(toRow(values));
        return values;
      });
      for (const row of rows) collect(row);
    }
  await rates.load(combinations);
}

/** Computes values with the exchange rates of a report, and notes the amounts that have none. */
class Evaluator {
  readonly context: EvaluationContext;
  readonly #rates: RateTable;
  #unconverted: string[] = [];

  constructor(rates: RateTable) {
    this.#rates = rates;
    this.context = { ...rates.context, onUnconverted: (currency) => this.#unconverted.push(currency) };
  }

  compute<T>(compute: () => T): Computed<T> {
    this.#unconverted = [];
    const value = compute();
    return { value, unconverted: this.#unconverted };
  }

  /** Returns a computed value, and counts a row whose amount was left out. */
  use<T>({ value, unconverted }: Computed<T>, segment: Segment, row: number): T {
    for (const currency of unconverted) this.#rates.addUnconverted(currency, 1, segment.ids.at(row));
    return value;
  }
}

/** Adds rows of segments to the groups of a report. */
class ColumnGroups implements SegmentReader {
  readonly #report: PreparedReport;
  readonly #evaluator: Evaluator;
  readonly #toDay: DayReader;
  readonly #fold: GroupFold;
  readonly #keys = new KeyNode([]);
  readonly #partsByText = new Map<string, readonly KeyPart[]>();

  constructor(report: PreparedReport, rates: RateTable, fold: GroupFold) {
    this.#report = report;
    this.#evaluator = new Evaluator(rates);
    this.#toDay = createDayReader(rates.context.timezone);
    this.#fold = fold;
  }

  addSegment(segment: Segment, rows: Uint32Array): void {
    if (this.#fold.size > MAX_FOLD_SIZE) return;
    const { groups, measures } = this.#report.plan;
    const groupReaders = groups.map((group) => this.#readGroup(segment, group));
    const measureReaders = measures.map((measure) => this.#readMeasure(segment, measure));
    const contributions: (Contribution | undefined)[] = measures.map(() => undefined);
    for (const row of rows) {
      let node = this.#keys;
      for (const read of groupReaders) node = node.child(this.#evaluator.use(read(row), segment, row));
      for (const [index, read] of measureReaders.entries()) contributions[index] = this.#evaluator.use(read(row), segment, row);
      this.#fold.addTo(groups.length === 0 ? [] : node.keys, contributions);
    }
  }

  #readMeasure(segment: Segment, measure: PlannedMeasure): (row: number) => Computed<Contribution | undefined> {
    const evaluator = this.#evaluator;
    return classifyRows(segment, unique(listMeasureColumns(measure)), (values) =>
      evaluator.compute(() => readContribution(measure, toRow(values), evaluator.context, this.#toDay)),
    );
  }

  /** Reads the values of a row in a grouping. Equal ones are one object, so that they are compared by identity. */
  #readGroup(segment: Segment, group: PlannedGroup): (row: number) => Computed<readonly KeyPart[]> {
    const evaluator = this.#evaluator;
    const known = new Map<readonly KeyPart[], Computed<readonly KeyPart[]>>();
    const computeParts = (values: ReportRow["values"]): Computed<readonly KeyPart[]> => {
      const computed = evaluator.compute(() => this.#intern(listParts(group, toRow(values), evaluator.context, this.#toDay)));
      if (computed.unconverted.length > 0) return computed;
      const equal = known.get(computed.value) ?? computed;
      known.set(computed.value, equal);
      return equal;
    };
    return classifyRows(segment, unique(listFieldColumns(group.field)), computeParts, group.by !== undefined);
  }

  #intern(parts: readonly KeyPart[]): readonly KeyPart[] {
    const text = JSON.stringify(parts.map(({ sort }) => sort));
    const known = this.#partsByText.get(text) ?? parts;
    this.#partsByText.set(text, known);
    return known;
  }
}

/** Adds rows of segments to a report without groups. */
class ColumnRecords implements SegmentReader {
  readonly #report: PreparedReport;
  readonly #evaluator: Evaluator;
  readonly #first: FirstRows;

  constructor(report: PreparedReport, rates: RateTable, first: FirstRows) {
    this.#report = report;
    this.#evaluator = new Evaluator(rates);
    this.#first = first;
  }

  addSegment(segment: Segment, rows: Uint32Array): void {
    const { columns = [], sort } = this.#report.plan;
    const names = columns.map(({ name }) => name).filter((name) => name !== "id");
    const readers = sort.map(({ field }) => this.#readSort(segment, field));
    for (const row of rows) {
      const sorts = readers.map((read) => this.#evaluator.use(read(row), segment, row));
      this.#first.add(new ColumnRecordRow(segment, row, { id: segment.ids.at(row), sorts, names }));
    }
  }

  #readSort(segment: Segment, field: ReportField | undefined): (row: number) => Computed<string | null> {
    const evaluator = this.#evaluator;
    return classifyRows(segment, unique(listFieldColumns(field)), (values) =>
      evaluator.compute(() => (field ? readSortText(field, toRow(values), evaluator.context) : null)),
    );
  }
}

/** Keeps the first rows of an order. */
class FirstRows {
  readonly #compare: (a: SortableRow, b: SortableRow) => number;
  readonly #most: number;
  #rows: SortableRow[] = [];
  /** Rows behind it are not among the first. */
  #last: SortableRow | undefined;

  constructor(compare: (a: SortableRow, b: SortableRow) => number, most: number) {
    this.#compare = compare;
    this.#most = most;
  }

  add(row: SortableRow): void {
    if (this.#last && this.#compare(row, this.#last) > 0) return;
    if (this.#rows.push(row) >= 2 * this.#most) this.#cut();
  }

  #cut(): void {
    this.#rows = this.#rows.sort(this.#compare).slice(0, this.#most);
    if (this.#rows.length === this.#most) this.#last = this.#rows.at(-1);
  }

  sorted(): readonly SortableRow[] {
    this.#cut();
    return this.#rows;
  }
}

/** The groups of the rows with the same values, by their values in each grouping. */
class KeyNode {
  readonly #path: readonly (readonly KeyPart[])[];
  readonly #children = new Map<readonly KeyPart[], KeyNode>();
  #keys: readonly GroupKey[] | undefined;

  constructor(path: readonly (readonly KeyPart[])[]) {
    this.#path = path;
  }

  child(parts: readonly KeyPart[]): KeyNode {
    const known = this.#children.get(parts);
    if (known) return known;
    const child = new KeyNode([...this.#path, parts]);
    this.#children.set(parts, child);
    return child;
  }

  get keys(): readonly GroupKey[] {
    this.#keys ??= combineParts(this.#path);
    return this.#keys;
  }
}

/** A row of a report without groups. Its values are read when it is shown. */
class ColumnRecordRow implements SortableRow {
  readonly sorts: readonly (string | null)[];
  readonly key: string;
  readonly #names: readonly string[];
  readonly #segment: Segment;
  readonly #row: number;

  constructor(
    segment: Segment,
    row: number,
    { id, sorts, names }: { id: string; sorts: readonly (string | null)[]; names: readonly string[] },
  ) {
    this.#segment = segment;
    this.#row = row;
    this.#names = names;
    this.key = id;
    this.sorts = sorts;
  }

  get row(): Readonly<Record<string, unknown>> {
    const values = this.#names.map((name): [string, unknown] => {
      const column = this.#segment.columns.get(name);
      // Columns have one empty value; that of a list is a list.
      const empty = column?.type.type === "choices" ? [] : null;
      return [name, column?.valueAt(column.codes[this.#row] as number) ?? empty];
    });
    return { id: this.key, ...Object.fromEntries(values) };
  }
}
