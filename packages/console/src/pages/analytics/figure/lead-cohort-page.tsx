import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { AnswerView } from "../../../records/figures/answer-view.tsx";
import { FilterBar } from "../../../records/figures/filter-bar.tsx";
import { createNumberColumn } from "../../../records/figures/number-column.ts";
import { nameKey } from "../../../records/figures/period-rules.ts";
import { TableSection } from "../../../records/figures/table-section.tsx";
import { useAnalyticsAddress } from "../../../records/figures/use-analytics-address.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { AnalyticsPage } from "./analytics-page.tsx";

type Cohort = Omit<Schemas.LeadCohort, "months">;

/** What became of the leads of each month. */
export function LeadCohortPage() {
  const t = useText();
  const address = useAnalyticsAddress();
  const scope = useScope();
  const { query } = address;
  const answer = useQuery({
    queryKey: [...scope, "analytics", "/analytics/lead-cohorts", query],
    queryFn: async () => (await read<Schemas.LeadCohortAnalytics>("/api/v1/analytics/lead-cohorts", { ...query })).data,
    placeholderData: (before) => before,
  });
  return (
    <AnalyticsPage title={t("Leads by month")} bar={<FilterBar address={address} />} isLoading={answer.isPending}>
      <AnswerView answer={answer}>{(data) => <CohortTable answer={data} />}</AnswerView>
    </AnalyticsPage>
  );
}

function CohortTable({ answer: { cohorts, totals } }: { readonly answer: Schemas.LeadCohortAnalytics }) {
  const t = useText();
  const { locale } = useTextOptions();
  const rows = cohorts.filter(({ leads }) => leads > 0);
  if (rows.length === 0) return <EmptyState kind="nothing-found" title={t("No leads in these months")} />;
  const column = createNumberColumn<Cohort>({ locale });
  const total: Cohort = { ...totals, key: "total" };
  const columns: TableColumn<Cohort>[] = [
    { id: "key", label: t("Created in"), render: ({ key }) => (key === "total" ? t("Total") : nameKey(key, locale, t)) },
    column("leads", t("Leads"), "count"),
    column("qualified", t("Qualified"), "count"),
    column("qualification_rate", t("Part that qualified"), "percent"),
    column("converted", t("Converted"), "count"),
    column("conversion_rate", t("Part that was converted"), "percent"),
    column("opportunities", t("Opportunities"), "count"),
    column("won", t("Won"), "count"),
    column("win_rate", t("Part that was won"), "percent"),
  ];
  const title = t("What became of the leads of each month?");
  return (
    <TableSection title={title}>
      <Table label={title} columns={columns} rows={rows} footRows={[total]} getRowId={({ key }) => key} />
    </TableSection>
  );
}
