import { useMemo, useState } from "react";
import type { Kind } from "../../../api/kind.ts";
import { recordPath } from "../../../api/schema.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { buildChartTable, buildCrossTable, canCross, listDrawable } from "../../../records/report/chart-rows.ts";
import { type Definition, groupName, type ResultRow } from "../../../records/report/definition.ts";
import { isNumericColumn, type ResultColumn } from "../../../records/report/report-columns.ts";
import { useResultColumns, useValueNames } from "../../../records/report/report-data.ts";
import { formatResultValue, type ValueNames } from "../../../records/report/result-text.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Chart } from "../../../ui/kit/chart.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { ReportChartView } from "./report-chart.tsx";
import { useRowsAddress } from "./use-rows-address.ts";

interface ReportResultProps {
  readonly title: string;
  readonly definition: Definition;
  readonly source: Kind;
  readonly rows: readonly ResultRow[];
  readonly totals: ResultRow | null;
  /** Undefined: all rows are here. */
  readonly onMore?: (() => void) | undefined;
  readonly isLoadingMore?: boolean;
  /** Whether there is a picture above the table, also before its figures are there. Without it: if the definition has one. */
  readonly hasChart?: boolean;
}

/** Rows that a table shows at first. Each name of a record is a read. */
const ROWS_SHOWN = 40;
/** Series that a picture tells apart. */
const SERIES_NAMED = 6;

/** The rows of a report as a picture and as a table. */
export function ReportResult({
  title,
  definition,
  source,
  rows,
  totals,
  onMore,
  isLoadingMore = false,
  hasChart = definition.chart !== undefined,
}: ReportResultProps) {
  const t = useText();
  const columns = useResultColumns(definition, source);
  const [shownCount, setShownCount] = useState(ROWS_SHOWN);
  const shown = useMemo(() => rows.slice(0, shownCount), [rows, shownCount]);
  const { chart } = definition;
  const table = useMemo(
    () => (hasChart && chart && rows.length > 0 ? buildChartTable(chart, definition, columns, rows) : undefined),
    [hasChart, chart, definition, columns, rows],
  );
  const named = useMemo(() => {
    if (!table) return shown;
    const { category, split, categories, series } = table;
    return [
      ...shown,
      ...categories.map((key) => ({ [category.key]: key })),
      ...(split ? series.slice(0, SERIES_NAMED).map(({ value }) => ({ [split.key]: value })) : []),
    ];
  }, [table, shown]);
  const names = useValueNames(columns, named);
  const hasMore = shown.length < rows.length || onMore !== undefined;
  const showMore = (): void => {
    if (shownCount + ROWS_SHOWN > rows.length) onMore?.();
    setShownCount(shownCount + ROWS_SHOWN);
  };
  if (rows.length === 0)
    return (
      <EmptyState kind="nothing-found" title={t("No records match")}>
        {t("The conditions of the report leave none of the records that you can see.")}
      </EmptyState>
    );
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {table ? (
        <section className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface p-4">
          <ReportChartView title={title} table={table} definition={definition} source={source} names={names} />
        </section>
      ) : hasChart && !chart ? (
        <ChartPlace title={title} />
      ) : null}
      <section className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface px-4 py-2">
        <ResultTable
          title={title}
          definition={definition}
          source={source}
          columns={columns}
          rows={shown}
          allRows={rows}
          totals={totals}
          names={names}
        />
        {hasMore ? (
          <span className="pb-1 print:hidden">
            <Button isSmall variant="quiet" isPending={isLoadingMore} onPress={showMore}>
              {t("Show more rows")}
            </Button>
          </span>
        ) : null}
      </section>
    </div>
  );
}

/** The room of a picture whose figures are on their way. */
const ChartPlace = ({ title }: Pick<ReportResultProps, "title">) => (
  <section className="rounded-card border border-border bg-surface p-4">
    <Chart
      isLoading
      kind="bar"
      title={title}
      category="category"
      categoryLabel=""
      rows={[]}
      series={[]}
      formatCategory={String}
      formatValue={String}
    />
  </section>
);

interface RowTableProps extends Pick<ReportResultProps, "title" | "definition" | "source" | "rows" | "totals"> {
  readonly columns: readonly ResultColumn[];
  readonly names: ValueNames;
}

interface ResultTableProps extends RowTableProps {
  readonly allRows: readonly ResultRow[];
}

function ResultTable(props: ResultTableProps) {
  const t = useText();
  const { definition, columns, allRows } = props;
  const [isCrossed, setCrossed] = useState(false);
  const figures = listDrawable(columns);
  const [measureKey, setMeasureKey] = useState<string>();
  const measure = figures.find(({ key }) => key === measureKey) ?? figures[0];
  const [down, across] = columns.filter(({ role }) => role === "group");
  const cross = useMemo(
    () => (canCross(definition) && down && across && measure ? buildCrossTable(allRows, [down, across], measure) : undefined),
    [definition, down, across, measure, allRows],
  );
  if (!cross || !down || !across || !measure) return <RowTable {...props} />;
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 pt-2 print:hidden">
        <SegmentedControl
          label={t("Table")}
          segments={[
            { id: "rows", label: t("One row for each group") },
            { id: "cross", label: t("Cross table") },
          ]}
          value={isCrossed ? "cross" : "rows"}
          onChange={(id) => setCrossed(id === "cross")}
        />
        {isCrossed && figures.length > 1 ? (
          <div className="min-w-field-short">
            <Select
              label={t("Measure")}
              isLabelHidden
              options={figures.map(({ key, label }) => ({ id: key, label }))}
              value={measure.key}
              onChange={(key) => setMeasureKey(String(key))}
            />
          </div>
        ) : null}
      </div>
      {isCrossed ? (
        <CrossTableView {...props} cross={cross} down={down} across={across} measure={measure} />
      ) : (
        <RowTable {...props} />
      )}
    </>
  );
}

/** Letters of a value in a list of records. Longer ones are shown on hover. */
const MAX_TEXT = 60;

interface ShownRow {
  readonly id: string;
  readonly row: ResultRow;
  readonly isTotal: boolean;
}

/** One row for each group, or for each record of a list. */
export function RowTable({ title, definition, source, columns, rows, totals, names }: RowTableProps) {
  const t = useText();
  const options = useTextOptions();
  const findAddress = useRowsAddress(definition, source);
  const groups = definition.group_by?.map(groupName) ?? [];
  const isRecords = columns[0]?.role === "field";
  const findLink = (row: ResultRow): string | undefined =>
    isRecords
      ? recordPath(source, String(row.id))
      : findAddress(Object.fromEntries(groups.map((name) => [name, row[name] ?? null])));
  const tableColumns = columns.map((column, index): TableColumn<ShownRow> => {
    const write = (row: ResultRow): string => formatResultValue(column, row, names, options);
    return {
      id: column.key,
      label: column.label,
      isNumeric: isNumericColumn(column) && index > 0,
      render: ({ row, isTotal }) => {
        if (isTotal && column.role === "group") return index === 0 ? t("Total") : "";
        const address = index === 0 && !isTotal ? findLink(row) : undefined;
        const text = write(row);
        // A value takes one line: names that break make rows of uneven height.
        const shown =
          isRecords || column.role === "group" ? (
            <span dir="auto" className="whitespace-nowrap" title={text.length > MAX_TEXT ? text : undefined}>
              {text.length > MAX_TEXT ? `${[...text].slice(0, MAX_TEXT).join("")}…` : text}
            </span>
          ) : (
            text
          );
        return address === undefined ? (
          shown
        ) : (
          <Link variant="title" href={address}>
            {shown}
          </Link>
        );
      },
    };
  });
  const footRows = totals && groups.length > 0 ? [{ id: "totals", row: totals, isTotal: true }] : [];
  return (
    <Table<ShownRow>
      label={title}
      columns={tableColumns}
      rows={rows.map((row, index) => ({ id: String(index), row, isTotal: false }))}
      footRows={footRows}
      getRowId={({ id }) => id}
    />
  );
}

interface CrossTableViewProps extends ResultTableProps {
  readonly cross: NonNullable<ReturnType<typeof buildCrossTable>>;
  readonly down: ResultColumn;
  readonly across: ResultColumn;
  readonly measure: ResultColumn;
}

type CrossKey = CrossTableViewProps["cross"]["rowKeys"][number];

function CrossTableView({ title, definition, source, cross, down, across, measure, names }: CrossTableViewProps) {
  const t = useText();
  const options = useTextOptions();
  const findAddress = useRowsAddress(definition, source);
  const write = (column: ResultColumn, value: unknown): string =>
    formatResultValue(column, { [column.key]: value }, names, options);
  const columns: TableColumn<{ readonly key: CrossKey }>[] = [
    {
      id: "down",
      label: down.label,
      render: ({ key }) => {
        const address = findAddress({ [down.key]: key });
        const text = write(down, key);
        return address === undefined ? (
          text
        ) : (
          <Link variant="title" href={address}>
            {text}
          </Link>
        );
      },
    },
    ...cross.columnKeys.map(
      (column): TableColumn<{ readonly key: CrossKey }> => ({
        id: `column ${column}`,
        label: write(across, column),
        isNumeric: true,
        render: ({ key }) => write(measure, cross.cell(key, column)),
      }),
    ),
    ...(measure.isAdditive
      ? [
          {
            id: "total",
            label: t("Total"),
            isNumeric: true,
            render: ({ key }: { readonly key: CrossKey }) => write(measure, cross.rowTotal(key)),
          },
        ]
      : []),
  ];
  return (
    <Table
      label={title}
      columns={columns}
      rows={cross.rowKeys.slice(0, MAX_CROSS_ROWS).map((key) => ({ key }))}
      getRowId={({ key }) => String(key)}
    />
  );
}

/** Rows of a cross table. The table of groups has all. */
const MAX_CROSS_ROWS = 200;

/** Says how many records had an amount without an exchange rate. */
export function UnconvertedNotice({
  unconverted,
}: {
  readonly unconverted: readonly { readonly currency: string; readonly rows: number }[];
}) {
  const t = useText();
  const { locale } = useTextOptions();
  return unconverted.map(({ currency, rows }) => (
    <p key={currency} className="text-meta text-text-muted">
      {t(
        "{count, plural, one {{number} amount in {currency} has no exchange rate and is in none of these figures.} other {{number} amounts in {currency} have no exchange rate and are in none of these figures.}}",
        { count: rows, number: formatCount(rows, locale), currency },
      )}
    </p>
  ));
}
