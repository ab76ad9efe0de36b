import { useTextOptions } from "../fields/value-provider.tsx";
import { useText } from "../i18n/use-text.ts";
import { Table, type TableColumn } from "../kit/table.tsx";
import { type Division, type GroupRow, useRowName } from "./figure-chart.tsx";
import { type FigureValue, formatFigure } from "./figure-text.ts";
import { type Days, resolveKey } from "./period-rules.ts";
import { narrowRequest, type RowRequest } from "./row-links.ts";
import { RowsLink } from "./rows-link.tsx";

interface GroupTableProps {
  readonly title: string;
  readonly by: Division;
  readonly rows: readonly GroupRow[];
  /** The figures of the whole. Those that the rows do not have are left out. */
  readonly figures: readonly FigureValue[];
  readonly currency: string;
  readonly days: Days;
  readonly opensOf: (name: string) => readonly RowRequest[];
}

/** All figures by owner or by part of the period, with those of the whole. Each number opens its rows. */
export function GroupTable({ title, by, rows, figures, currency, days, opensOf }: GroupTableProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const nameRow = useRowName(by);
  const shown = figures.filter(({ name }) => rows.some(({ values }) => name in values));
  if (rows.length === 0 || shown.length === 0) return null;
  const total: GroupRow = {
    key: "total",
    label: t("Total"),
    values: Object.fromEntries(shown.map(({ name, value }) => [name, value])),
  };
  const nameOf = (row: GroupRow): string => (row === total ? t("Total") : nameRow(row));
  const requestsOf = (row: GroupRow, name: string): readonly RowRequest[] => {
    if (row === total) return opensOf(name);
    const part = by === "owner" ? { owner: row.key } : { days: resolveKey(row.key) };
    return opensOf(name).map((request) => narrowRequest(request, part, days));
  };
  const columns: TableColumn<GroupRow>[] = [
    { id: "label", label: by === "owner" ? t("Owner") : t("Period"), render: nameOf },
    ...shown.map(
      ({ name, label, unit }): TableColumn<GroupRow> => ({
        id: name,
        label,
        isNumeric: true,
        render: (row) => (
          <RowsLink label={`${nameOf(row)}, ${label}`} requests={requestsOf(row, name)}>
            {formatFigure(row.values[name], { unit, currency, locale })}
          </RowsLink>
        ),
      }),
    ),
  ];
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h2 className="text-section font-semibold">{title}</h2>
      <div className="rounded-card border border-border bg-surface px-4 py-2">
        <Table label={title} columns={columns} rows={rows} footRows={[total]} getRowId={({ key }) => key} />
      </div>
    </section>
  );
}
