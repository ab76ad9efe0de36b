import { formatColumnAmount, labelAmounts } from "../../input/fields/column-currency.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Table, type TableColumn } from "../../ui/kit/table.tsx";
import { type Division, type GroupRow, useRowName } from "./figure-chart.tsx";
import { type FigureValue, formatFigure, type Value } from "./figure-text.ts";
import { RowsLink } from "./rows-link.tsx";
import { TableSection } from "./table-section.tsx";

interface GroupTableProps {
  readonly title: string;
  readonly by: Division;
  readonly rows: readonly GroupRow[];
  /** The figures of the whole. Those that the rows do not have are left out. */
  readonly figures: readonly FigureValue[];
  readonly currency: string;
}

/** Figures by owner or by part of the period, and those of the whole. Each number opens its rows. */
export function GroupTable({ title, by, rows, figures, currency }: GroupTableProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const nameRow = useRowName(by);
  const shown = figures.filter(({ name }) => rows.some(({ values }) => name in values));
  const total: GroupRow = {
    key: "total",
    label: t("Total"),
    values: Object.fromEntries(shown.map(({ name, value }) => [name, value])),
    opens: Object.fromEntries(shown.map(({ name, opens }) => [name, opens])),
  };
  const nameOf = (row: GroupRow): string => (row === total ? t("Total") : nameRow(row));
  const columns: TableColumn<GroupRow>[] = [
    { id: "label", label: by === "owner" ? t("Owner") : t("Period"), render: nameOf },
    ...shown.map(
      ({ name, label, unit }): TableColumn<GroupRow> => ({
        id: name,
        label: labelAmounts(label, unit === "money" ? currency : undefined),
        isNumeric: true,
        render: (row) => (
          <RowsLink label={`${nameOf(row)}, ${label}`} requests={row.opens[name] ?? []}>
            {formatCell(row.values[name], { unit, currency, locale })}
          </RowsLink>
        ),
      }),
    ),
  ];
  return <Table label={title} columns={columns} rows={rows} footRows={[total]} getRowId={({ key }) => key} />;
}

const formatCell = (value: Value, text: Parameters<typeof formatFigure>[1]): string =>
  text.unit === "money" && value !== null && value !== undefined && value !== ""
    ? formatColumnAmount(String(value), text.currency, { head: text.currency, locale: text.locale })
    : formatFigure(value, text);

/** Such a table under its title. */
export function GroupSection(props: GroupTableProps) {
  const { title, rows } = props;
  if (rows.length === 0) return null;
  return (
    <TableSection title={title}>
      <GroupTable {...props} />
    </TableSection>
  );
}
