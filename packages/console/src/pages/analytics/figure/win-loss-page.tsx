import type { Schemas } from "@crm/sdk/index.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useFigures } from "../../../records/figures/analytics-data.ts";
import { AnswerView } from "../../../records/figures/answer-view.tsx";
import { FilterBar } from "../../../records/figures/filter-bar.tsx";
import { createNumberColumn } from "../../../records/figures/number-column.ts";
import { chooseInterval } from "../../../records/figures/period-rules.ts";
import { ReasonTable } from "../../../records/figures/reason-table.tsx";
import { TableSection } from "../../../records/figures/table-section.tsx";
import { useAnalyticsAddress } from "../../../records/figures/use-analytics-address.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { AnalyticsPage } from "./analytics-page.tsx";
import { FigureView } from "./figure-pages.tsx";

/** Why opportunities were won and lost, and how long they took. */
export function WinLossPage() {
  const t = useText();
  const address = useAnalyticsAddress();
  const interval = chooseInterval(address.query);
  const answer = useFigures<Schemas.WinLossAnalytics>("/analytics/win-loss", { ...address.query, interval });
  const cycles = useFigures<Schemas.CycleTimeAnalytics>("/analytics/cycle-times", address.query);
  return (
    <AnalyticsPage title={t("Wins and losses")} bar={<FilterBar address={address} />} isLoading={answer.isPending}>
      <AnswerView answer={answer}>
        {(data) => (
          <FigureView
            answer={data}
            interval={interval}
            charts={[
              { title: t("How many were won and lost?"), figures: ["opportunities_won", "opportunities_lost"], by: "period" },
              { title: t("How large was the part that was won?"), figures: ["win_rate"], by: "period", kind: "line" },
            ]}
          >
            <ReasonTable reasons={data.by_reason} currency={data.currency} />
            <StageTable stages={cycles.data?.by_stage ?? []} />
          </FigureView>
        )}
      </AnswerView>
    </AnalyticsPage>
  );
}

function StageTable({ stages }: { readonly stages: readonly Schemas.StageTime[] }) {
  const t = useText();
  const { locale } = useTextOptions();
  if (stages.length === 0) return null;
  const column = createNumberColumn<Schemas.StageTime>({ locale });
  const columns: TableColumn<Schemas.StageTime>[] = [
    { id: "label", label: t("Stage"), render: ({ label, key }) => label ?? key },
    column("average_days", t("Time in the stage"), "days"),
    column("left", t("Left the stage"), "count"),
    column("moved_forward", t("Went forward"), "count"),
    column("won", t("Won"), "count"),
    column("lost", t("Lost"), "count"),
    column("moved_back", t("Went back"), "count"),
    column("advance_rate", t("Advanced"), "percent"),
  ];
  const title = t("Time in each stage");
  return (
    <TableSection title={title}>
      <Table label={title} columns={columns} rows={stages} getRowId={({ key }) => key} />
    </TableSection>
  );
}
