import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import type { ScorePart } from "./decision-text.ts";

interface ScorePartTableProps {
  readonly parts: readonly ScorePart[];
  readonly total: number;
}

/** The parts of a score with their reasons. */
export function ScorePartTable({ parts, total }: ScorePartTableProps) {
  const t = useText();
  const columns: TableColumn<ScorePart>[] = [
    {
      id: "label",
      label: t("Part"),
      render: ({ label, because }) => (
        <span className="flex flex-col" dir="auto">
          {label}
          {because === "" ? null : <span className="text-meta text-text-muted">{because}</span>}
        </span>
      ),
    },
    {
      id: "points",
      label: t("Points"),
      isNumeric: true,
      render: ({ points, max }) =>
        max > 0 ? t("{points} of {max}", { points: formatCount(points), max: formatCount(max) }) : formatCount(points),
    },
  ];
  return (
    <Table
      label={t("The score of a lead")}
      columns={columns}
      rows={parts}
      footRows={[{ key: "total", label: t("Total"), points: total, max: 0, because: "" }]}
      getRowId={({ key }) => key}
    />
  );
}
