import { useQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import { formatTitle, type Kind, recordPath, useKind, useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { formatValue, type LabelledRecord } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import type { TileViewProps } from "./tile-props.ts";
import { TileTitle } from "./tile-title.tsx";

/** The tiles with rows of a list. */

/** The columns of a list in a tile. */
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
