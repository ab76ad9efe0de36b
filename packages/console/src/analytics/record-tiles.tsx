import { useQueries, useQuery } from "@tanstack/react-query";
import { read } from "../data/client.ts";
import { fieldLabel } from "../data/field-label.ts";
import { type Field, formatTitle, type Kind, recordPath, useKind, useKindIndex } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { useTextOptions } from "../fields/value-provider.tsx";
import { EMPTY, formatValue, isEmptyValue, type LabelledRecord } from "../fields/value-text.ts";
import { formatCount } from "../i18n/formatters.ts";
import { useText } from "../i18n/use-text.ts";
import { EmptyState } from "../kit/empty-state.tsx";
import { Link } from "../kit/link.tsx";
import { Table, type TableColumn } from "../kit/table.tsx";
import { useRowAddresses } from "./rows-link.tsx";
import { TileTitle } from "./tile-title.tsx";
import type { TileViewProps } from "./tile-view.tsx";

/** The tiles with rows of a list or a report. */

/** The columns of a list or a report in a tile. */
const MAX_COLUMNS = 4;

/** The first rows of a saved view. */
export function ListTile({ data, view }: TileViewProps & { readonly view: string }) {
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
export function ReportTile({ data, report }: TileViewProps & { readonly report: string }) {
  const t = useText();
  const scope = useScope();
  const { locale } = useTextOptions();
  const [address] = useRowAddresses()(data.opens);
  const { data: source } = useQuery({
    queryKey: [...scope, "record", "report", report, "kind"],
    queryFn: async () => (await read<{ kind: string }>(`/api/v1/analytics/reports/${report}`, { limit: 1 })).data,
    retry: false,
  });
  const { data: kind } = useKind(source?.kind);
  const rows = data.records as readonly ReportRow[];
  const title = data.title ?? "";
  return (
    <>
      <TileTitle title={title} requests={data.opens} />
      {data.is_running ? (
        <p role="status" className="text-control text-text-muted">
          {t("The report is running. Its rows are here in a moment.")}
        </p>
      ) : rows.length === 0 ? (
        <EmptyState kind="nothing-found" title={t("The report has no rows")} />
      ) : kind ? (
        <ReportTable title={title} kind={kind} rows={rows} />
      ) : null}
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

type ReportRow = Readonly<Record<string, unknown>>;

interface ReportTableProps {
  readonly title: string;
  /** The kind of the records that the report reads. */
  readonly kind: Kind;
  readonly rows: readonly ReportRow[];
}

function ReportTable({ title, kind, rows }: ReportTableProps) {
  const options = useTextOptions();
  const keys = Object.keys(rows[0] ?? {}).slice(0, MAX_COLUMNS);
  const fieldOf = (key: string): Field | undefined => kind.fields.find(({ name }) => name === key);
  const names = useRecordNames(
    keys.flatMap((key) => fieldOf(key) ?? []),
    rows,
  );
  const write = (key: string, value: unknown): string => {
    if (isEmptyValue(value)) return EMPTY;
    const field = fieldOf(key);
    if (field?.type === "reference") return names.get(String(value)) ?? EMPTY;
    if (field) return formatValue({ [key]: value }, field, options);
    if (typeof value === "number") return formatCount(value, options.locale);
    return typeof value === "string" ? value : EMPTY;
  };
  return (
    <Table
      label={title}
      columns={keys.map((key, index) => ({
        id: key,
        label: fieldOf(key)?.label ?? fieldLabel(key.replaceAll(".", " ")),
        isNumeric: index > 0 && fieldOf(key)?.type !== "reference",
        render: ({ row }: { readonly row: ReportRow; readonly id: string }) => write(key, row[key]),
      }))}
      rows={rows.map((row, index) => ({ row, id: String(index) }))}
      getRowId={({ id }) => id}
    />
  );
}

/** Reads the names of the records that rows refer to. Rows of reports have their ids. */
function useRecordNames(fields: readonly Field[], rows: readonly ReportRow[]): ReadonlyMap<string, string> {
  const scope = useScope();
  const { data: kinds = [] } = useKindIndex();
  const references = fields.flatMap(({ name, type, record }) => {
    const kind = type === "reference" ? kinds.find((candidate) => candidate.kind === record) : undefined;
    const ids = [...new Set(rows.flatMap((row) => (typeof row[name] === "string" ? [String(row[name])] : [])))];
    return kind ? ids.map((id) => ({ id, kind })) : [];
  });
  return useQueries({
    queries: references.map(({ id, kind }) => ({
      queryKey: [...scope, "record", kind.kind, id, "name"],
      queryFn: async () => formatTitle(kind, (await read<Record<string, unknown>>(`${kind.path}/${id}`)).data),
      retry: false,
    })),
    combine: (results) =>
      new Map(references.flatMap(({ id }, index) => (results[index]?.data ? [[id, results[index].data]] : []))),
  });
}
