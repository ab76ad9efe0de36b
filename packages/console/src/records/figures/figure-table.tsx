import { EMPTY } from "../../api/value-text.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Table, type TableColumn } from "../../ui/kit/table.tsx";
import { describeChange, type FigureValue, formatFigure, nameComparedDays } from "./figure-text.ts";
import { ChangeText } from "./figure-tile.tsx";
import type { Days } from "./period-rules.ts";
import { RowsLink } from "./rows-link.tsx";
import { TableSection } from "./table-section.tsx";

interface FigureTableProps {
  readonly figures: readonly FigureValue[];
  readonly currency: string;
  readonly compared: Days | null | undefined;
}

/** The figures of a page that has more than stand above its charts, one in a row. */
export function FigureTable({ figures, currency, compared }: FigureTableProps) {
  const t = useText();
  const { locale } = useTextOptions();
  if (figures.length === 0) return null;
  const year = String(new Date().getFullYear());
  const compare = (figure: FigureValue) => describeChange(figure, { compared, year, currency, locale, t });
  const title = t("More figures");
  const comparison: TableColumn<FigureValue>[] = compared
    ? [
        {
          id: "before",
          label: nameComparedDays(compared, { year, locale, t }),
          isNumeric: true,
          render: (figure) => compare(figure)?.before ?? EMPTY,
        },
        {
          id: "change",
          label: t("Change"),
          render: (figure) => {
            const change = compare(figure)?.change;
            return change ? <ChangeText {...change} /> : EMPTY;
          },
        },
      ]
    : [];
  const columns: TableColumn<FigureValue>[] = [
    { id: "figure", label: t("Figure"), render: ({ label }) => label },
    {
      id: "value",
      label: t("Value"),
      isNumeric: true,
      render: ({ label, opens, value, unit }) => (
        <RowsLink label={label} requests={opens}>
          {formatFigure(value, { unit, currency, locale })}
        </RowsLink>
      ),
    },
    ...comparison,
  ];
  return (
    <TableSection title={title}>
      <Table label={title} columns={columns} rows={figures} getRowId={({ name }) => name} />
    </TableSection>
  );
}

/** Two rows of tiles. */
const MAX_TILES = 8;
/** One row of tiles. */
const FIRST_TILES = 4;

/** Splits figures into those that stand above the charts as tiles and those that follow as a table. */
export const splitFigures = (
  figures: readonly FigureValue[],
): { readonly first: FigureValue[]; readonly more: FigureValue[] } => {
  const count = figures.length > MAX_TILES ? FIRST_TILES : figures.length;
  return { first: figures.slice(0, count), more: figures.slice(count) };
};
