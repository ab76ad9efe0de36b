import { useMemo } from "react";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import type { TileData } from "../../../records/figures/analytics-data.ts";
import { useRowAddresses } from "../../../records/figures/rows-link.tsx";
import { buildChartTable } from "../../../records/report/chart-rows.ts";
import type { ResultRow } from "../../../records/report/definition.ts";
import { type Report, useReport, useReportSource, useResultColumns, useValueNames } from "../../../records/report/report-data.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TileTitle } from "../dashboard/tile-title.tsx";
import { ReportChartView } from "./report-chart.tsx";
import { RowTable } from "./report-result.tsx";

interface ReportTileProps {
  readonly report: string;
  readonly data: TileData;
}

/** Columns of a report in a tile. */
const MAX_COLUMNS = 4;
/** Categories and series of a tile's chart whose names are read. */
const MAX_NAMES = 40;

/** A report on a dashboard: its chart if it has one, otherwise its first rows, as its own page shows them. */
export function ReportTile({ report, data }: ReportTileProps) {
  const t = useText();
  const answer = useReport(report);
  const page = answer.data?.pages[0];
  const title = data.title ?? "";
  if (data.is_running || page?.status === "running")
    return (
      <>
        <TileTitle title={title} requests={data.opens} />
        <p role="status" className="text-control text-text-muted">
          {t("The report is running. Its rows are here in a moment.")}
        </p>
      </>
    );
  if (data.records.length === 0)
    return (
      <>
        <TileTitle title={title} requests={data.opens} />
        <EmptyState kind="nothing-found" title={t("The report has no rows")} />
      </>
    );
  if (!page)
    return answer.error ? (
      <p role="status" className="text-control text-text-muted">
        {readErrors(answer.error, t).form ?? t("The report could not be loaded")}
      </p>
    ) : (
      <Skeleton shape="block" />
    );
  return <ReportContent title={title} data={data} page={page} />;
}

interface ReportContentProps {
  readonly title: string;
  readonly data: TileData;
  readonly page: Report;
}

function ReportContent({ title, data, page }: ReportContentProps) {
  const source = useReportSource(page.kind, page.definition);
  if (!source) return <Skeleton shape="block" />;
  return <ReportRows title={title} data={data} page={page} source={source} />;
}

function ReportRows({
  title,
  data,
  page,
  source,
}: ReportContentProps & { readonly source: NonNullable<ReturnType<typeof useReportSource>> }) {
  const t = useText();
  const { locale } = useTextOptions();
  const [address] = useRowAddresses()(data.opens);
  const { definition } = page;
  const columns = useResultColumns(definition, source);
  const rows = page.rows as ResultRow[];
  const shown = useMemo(() => rows.slice(0, data.records.length), [rows, data.records.length]);
  const { chart } = definition;
  const table = useMemo(
    () => (chart ? buildChartTable(chart, definition, columns, rows) : undefined),
    [chart, definition, columns, rows],
  );
  const named = useMemo(() => {
    if (!table) return shown;
    const { category, split, categories, series } = table;
    return [
      ...categories.slice(0, MAX_NAMES).map((key) => ({ [category.key]: key })),
      ...(split ? series.slice(0, MAX_NAMES).map(({ value }) => ({ [split.key]: value })) : []),
    ];
  }, [table, shown]);
  const names = useValueNames(columns, named);
  const hasMore = data.total !== null && data.total > shown.length;
  return (
    <>
      {table ? (
        <ReportChartView title={title} table={table} definition={definition} source={source} names={names} />
      ) : (
        <>
          <TileTitle title={title} requests={data.opens} />
          <RowTable
            title={title}
            definition={definition}
            source={source}
            columns={columns.slice(0, MAX_COLUMNS)}
            rows={shown}
            totals={null}
            names={names}
          />
        </>
      )}
      {address && (table || hasMore) ? (
        <span className="pt-2 text-control">
          <Link variant="muted" href={address.href}>
            {table ? t("Open the report") : t("Show all {count}", { count: formatCount(data.total ?? 0, locale) })}
          </Link>
        </span>
      ) : null}
    </>
  );
}
