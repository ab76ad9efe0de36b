import type { Schemas } from "@crm/sdk/index.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useFigures } from "../../../records/figures/analytics-data.ts";
import { AnswerView } from "../../../records/figures/answer-view.tsx";
import { FigureChart } from "../../../records/figures/figure-chart.tsx";
import { FigureTable, splitFigures } from "../../../records/figures/figure-table.tsx";
import { type FigureValue, formatFigure } from "../../../records/figures/figure-text.ts";
import { cardClass, FigureGrid } from "../../../records/figures/figure-tile.tsx";
import { FilterBar } from "../../../records/figures/filter-bar.tsx";
import { GroupSection } from "../../../records/figures/group-table.tsx";
import { nameDays } from "../../../records/figures/period-rules.ts";
import { TableSection } from "../../../records/figures/table-section.tsx";
import { useAnalyticsAddress } from "../../../records/figures/use-analytics-address.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { ProgressBar } from "../../../ui/kit/progress-bar.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { AnalyticsPage } from "./analytics-page.tsx";

/** Sales and service of each user, beside their targets. Few of the many figures of all users stand above the comparison of the users. */
export function TeamPage() {
  const t = useText();
  const address = useAnalyticsAddress();
  const answer = useFigures<Schemas.TeamPerformance>("/analytics/team-performance", address.query);
  return (
    <AnalyticsPage title={t("Team")} bar={<FilterBar address={address} />} isLoading={answer.isPending}>
      <AnswerView answer={answer}>{(data) => <TeamView answer={data} />}</AnswerView>
    </AnalyticsPage>
  );
}

function TeamView({ answer }: { readonly answer: Schemas.TeamPerformance }) {
  const t = useText();
  const { locale } = useTextOptions();
  const { currency, figures, compared, by_owner, targets } = answer;
  const { first, more } = splitFigures(figures);
  const charts = ["bookings", "tickets_resolved"].flatMap((name) => figures.find((figure) => figure.name === name) ?? []);
  return (
    <>
      <FigureGrid figures={first} currency={currency} compared={compared} />
      <div className="grid min-w-0 grid-cols-1 gap-4 desktop:grid-cols-2">
        {charts.map((figure) => (
          <section key={figure.name} className={cardClass}>
            <FigureChart
              title={t("{figure} by owner", { figure: figure.label })}
              figures={[figure]}
              by="owner"
              rows={by_owner}
              currency={currency}
            />
          </section>
        ))}
      </div>
      {targets.length > 0 ? (
        <AttainmentTable
          title={t("Targets of {period}", { period: nameDays(answer, locale, t) })}
          targets={targets}
          figures={figures}
          currency={currency}
          nameOwner={(id) => by_owner.find(({ key }) => key === id)?.label ?? t("Former user")}
        />
      ) : null}
      <FigureTable figures={more} currency={currency} compared={compared} />
      <GroupSection title={t("By owner")} by="owner" rows={by_owner} figures={figures} currency={currency} />
    </>
  );
}

interface AttainmentTableProps {
  readonly title: string;
  readonly targets: readonly Schemas.Attainment[];
  readonly figures: readonly FigureValue[];
  readonly currency: string;
  readonly nameOwner: (id: string) => string;
}

const WHOLE = 100;

/** What is attained of targets. Those of all owners together come first. */
function AttainmentTable({ title, targets, figures, currency, nameOwner }: AttainmentTableProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const rows = [...targets].sort((a, b) => Number(a.owner_id !== null) - Number(b.owner_id !== null));
  const figureOf = ({ figure }: Schemas.Attainment) => figures.find(({ name }) => name === figure);
  const text = (row: Schemas.Attainment, value: string | number | null): string =>
    formatFigure(value, { unit: figureOf(row)?.unit ?? "count", currency, locale });
  const nameRow = ({ owner_id }: Schemas.Attainment): string => (owner_id === null ? t("All together") : nameOwner(owner_id));
  const columns: TableColumn<Schemas.Attainment>[] = [
    { id: "owner", label: t("Owner"), render: nameRow },
    { id: "figure", label: t("Figure"), render: (row) => figureOf(row)?.label },
    { id: "value", label: t("Value"), isNumeric: true, render: (row) => text(row, row.value) },
    { id: "target", label: t("Target"), isNumeric: true, render: (row) => text(row, row.target) },
    {
      id: "percent",
      label: t("Attained"),
      isNumeric: true,
      render: (row) => (
        <span className="flex flex-col gap-1">
          {formatFigure(row.percent, { unit: "percent", currency, locale })}
          {row.percent === null ? null : (
            <ProgressBar
              label={`${nameRow(row)}, ${figureOf(row)?.label ?? ""}`}
              value={Math.min(Math.max(Number(row.percent), 0), WHOLE)}
              max={WHOLE}
            />
          )}
        </span>
      ),
    },
    { id: "gap", label: t("Missing"), isNumeric: true, render: (row) => text(row, row.gap) },
  ];
  return (
    <TableSection title={title}>
      <Table label={title} columns={columns} rows={rows} getRowId={({ owner_id, figure }) => `${owner_id} ${figure}`} />
    </TableSection>
  );
}
