import { useQuery } from "@tanstack/react-query";
import { read } from "../data/client.ts";
import { formatTitle, type Kind, recordPath, useKind, useKindIndex } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { EMPTY, formatMoney, formatValue, type LabelledRecord } from "../fields/value-text.ts";
import { formatCount } from "../i18n/formatters.ts";
import { useText } from "../i18n/use-text.ts";
import { EmptyState } from "../kit/empty-state.tsx";
import { Link } from "../kit/link.tsx";
import { Table, type TableColumn } from "../kit/table.tsx";
import type { Tile, TileData } from "./analytics-data.ts";
import { FigureChart } from "./figure-chart.tsx";
import { cardClass, FigureContent } from "./figure-tile.tsx";
import { GroupTable } from "./group-table.tsx";
import { KpiContent } from "./kpi-content.tsx";
import type { Days } from "./period-rules.ts";
import type { RowRequest } from "./row-links.ts";
import { RowsLink, useRowAddresses } from "./rows-link.tsx";
import { StageFunnel } from "./stage-funnel.tsx";

export interface TileViewProps {
  readonly tile: Tile;
  readonly data: TileData;
  readonly currency: string;
  /** The days with which figures are compared. */
  readonly compared: Days | undefined;
}

/** A tile of a dashboard with its data, or why it has none. */
export function TileView(props: TileViewProps) {
  const { data } = props;
  return (
    <section aria-label={data.title ?? undefined} className={`${cardClass} flex-1`}>
      {data.error ? <TileError {...props} message={data.error.message} /> : <TileContent {...props} />}
    </section>
  );
}

function TileTitle({ title, requests = [] }: { readonly title: string; readonly requests?: readonly RowRequest[] }) {
  return (
    <h2 dir="auto" className="min-w-0 pb-2 text-body font-semibold wrap-anywhere">
      <RowsLink label={title} requests={requests}>
        {title}
      </RowsLink>
    </h2>
  );
}

function TileError({ data, message }: TileViewProps & { readonly message: string }) {
  const t = useText();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <h2 dir="auto" className="min-w-0 text-body font-semibold wrap-anywhere">
        {data.title ?? t("Tile without data")}
      </h2>
      <p role="status" className="text-control text-text-muted">
        {message}
      </p>
    </div>
  );
}

function TileContent(props: TileViewProps) {
  const t = useText();
  const { tile, data, currency, compared } = props;
  const title = data.title ?? "";
  switch (tile.type) {
    case "figure": {
      const [figure] = data.figures;
      return figure ? (
        <FigureContent figure={figure} title={title} currency={currency} compared={compared} />
      ) : null;
    }
    case "chart":
      return (
        <FigureChart
          title={title}
          figures={data.figures}
          by={tile.by ?? "month"}
          rows={data.rows}
          kind={tile.chart ?? "bar"}
          currency={currency}
        />
      );
    case "funnel":
      return (
        <StageFunnel title={tile.title ?? t("What is open, by stage?")} stages={data.stages} currency={currency} />
      );
    case "table":
      return <TableTile {...props} />;
    case "kpi":
      return data.kpi ? <KpiContent name={title} kpi={data.kpi} opens={data.opens} /> : null;
    case "list":
      return tile.view === undefined ? null : <ListTile {...props} view={tile.view} />;
    case "report":
      return <ReportTile {...props} />;
  }
}

/** Figures by owner or by part of the period. */
function TableTile({ tile, data, currency }: TileViewProps) {
  const title = data.title ?? "";
  if (data.rows.length === 0) return <EmptyTile title={title} />;
  return (
    <>
      <TileTitle title={title} />
      <GroupTable title={title} by={tile.by ?? "owner"} rows={data.rows} figures={data.figures} currency={currency} />
    </>
  );
}

function EmptyTile({ title }: { readonly title: string }) {
  const t = useText();
  return (
    <>
      <TileTitle title={title} />
      <EmptyState kind="empty" title={t("No figures for this period")} />
    </>
  );
}

/** The columns of a list or a report in a tile. */
const MAX_COLUMNS = 4;

/** The first rows of a saved view. */
function ListTile({ data, view }: TileViewProps & { readonly view: string }) {
  const t = useText();
  const scope = useScope();
  const { locale } = useTextOptions();
  const saved = useQuery({
    queryKey: [...scope, "record", "view", view],
    queryFn: async () => (await read<{ kind: string; query: { fields?: string | null } }>(`/api/v1/views/${view}`)).data,
    retry: false,
  });
  const { data: kind } = useKind(saved.data?.kind);
  const { data: kinds = [] } = useKindIndex();
  const listed = kinds.find((candidate) => candidate.kind === saved.data?.kind);
  const title = data.title ?? "";
  const more = data.total !== null && data.total > data.records.length;
  return (
    <>
      <TileTitle title={title} />
      {data.records.length === 0 ? (
        <EmptyState kind="nothing-found" title={t("No records")} />
      ) : kind && listed ? (
        <RecordTable title={title} kind={kind} records={data.records as LabelledRecord[]} fields={saved.data?.query.fields} />
      ) : null}
      {listed ? (
        <span className="pt-2 text-control">
          <Link variant="muted" href={`/crm${listed.path.replace("/api/v1", "")}?view=${view}`}>
            {more ? t("Show all {count}", { count: formatCount(data.total ?? 0, locale) }) : t("Show all")}
          </Link>
        </span>
      ) : null}
    </>
  );
}

interface RecordTableProps {
  readonly title: string;
  readonly kind: Kind;
  readonly records: readonly LabelledRecord[];
  /** The columns of the view. */
  readonly fields: string | null | undefined;
}

function RecordTable({ title, kind, records, fields }: RecordTableProps) {
  const options = useTextOptions();
  const names = fields ? fields.split(",").map((name) => name.trim()) : kind.layout.columns;
  // The rows have ids in place of references, so these are no columns.
  const shown = names
    .flatMap((name) => kind.fields.find((field) => field.name === name) ?? [])
    .filter(({ type, name }) => type !== "reference" && type !== "json" && !kind.title.includes(`{${name}}`))
    .slice(0, MAX_COLUMNS - 1);
  const columns: TableColumn<LabelledRecord>[] = [
    {
      id: "title",
      label: kind.label,
      render: (record) => (
        <Link variant="title" href={recordPath(kind, String(record.id))}>
          {formatTitle(kind, record)}
        </Link>
      ),
    },
    ...shown.map(
      (field): TableColumn<LabelledRecord> => ({
        id: field.name,
        label: field.label,
        isNumeric: ["money", "number", "integer"].includes(field.type),
        render: (record) => formatValue(record, field, options),
      }),
    ),
  ];
  return <Table label={title} columns={columns} rows={records} getRowId={({ id }) => String(id)} />;
}

/** The first rows of a report. */
function ReportTile({ data, currency }: TileViewProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const [address] = useRowAddresses()(data.opens);
  const title = data.title ?? "";
  const [first] = data.records as readonly Readonly<Record<string, unknown>>[];
  const keys = Object.keys(first ?? {}).slice(0, MAX_COLUMNS);
  const text = (value: unknown): string => {
    if (value === null || value === undefined) return EMPTY;
    if (typeof value === "number") return formatCount(value, locale);
    if (typeof value === "string") return /^-?\d+\.\d{2}$/.test(value) ? formatMoney(value, currency, locale) : value;
    return EMPTY;
  };
  const rows = data.records.map((record, index) => ({ id: String(index), record: record as Readonly<Record<string, unknown>> }));
  return (
    <>
      <TileTitle title={title} requests={data.opens} />
      {data.is_running ? (
        <p role="status" className="text-control text-text-muted">
          {t("The report is running. Its rows are here in a moment.")}
        </p>
      ) : rows.length === 0 ? (
        <EmptyState kind="nothing-found" title={t("The report has no rows")} />
      ) : (
        <Table
          label={title}
          columns={keys.map((key, index) => ({
            id: key,
            label: key,
            isNumeric: index > 0,
            render: ({ record }: (typeof rows)[number]) => text(record[key]),
          }))}
          rows={rows}
          getRowId={({ id }) => id}
        />
      )}
      {address && data.total !== null && data.total > rows.length ? (
        <span className="pt-2 text-control">
          <Link variant="muted" href={address.href}>
            {t("Show all {count}", { count: formatCount(data.total, locale) })}
          </Link>
        </span>
      ) : null}
    </>
  );
}
