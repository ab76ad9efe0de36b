import type { Schemas } from "@crm/sdk/index.ts";
import { useKind } from "../../../api/schema.ts";
import { useFigures } from "../../../records/figures/analytics-data.ts";
import { AnswerView } from "../../../records/figures/answer-view.tsx";
import { nameChoice } from "../../../records/figures/choice-name.ts";
import { FilterBar } from "../../../records/figures/filter-bar.tsx";
import { GroupChart } from "../../../records/figures/group-chart.tsx";
import { chooseInterval } from "../../../records/figures/period-rules.ts";
import { useAnalyticsAddress } from "../../../records/figures/use-analytics-address.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { AnalyticsPage } from "./analytics-page.tsx";
import { FigureView } from "./figure-pages.tsx";

/** Customers by risk, lifecycle stage and status, new ones and those that left, and how satisfied they are. */
export function CustomerPage() {
  const t = useText();
  const address = useAnalyticsAddress();
  const interval = chooseInterval(address.query);
  const { data: kind } = useKind("customer");
  const answer = useFigures<Schemas.CustomerHealthAnalytics>("/analytics/customer-health", { ...address.query, interval });
  const churn = useFigures<Schemas.ChurnAnalytics>("/analytics/churn", address.query);
  const groups = ({ by_risk_level, by_lifecycle_stage, by_status }: Schemas.CustomerHealthAnalytics) => [
    { title: t("How many are at risk?"), field: "risk_level", groups: by_risk_level },
    { title: t("Where are they in their lifecycle?"), field: "lifecycle_stage", groups: by_lifecycle_stage },
    { title: t("Which status do they have?"), field: "status", groups: by_status },
    { title: t("Why did customers leave?"), field: "churn_reason_id", groups: churn.data?.by_reason ?? [] },
  ];
  return (
    <AnalyticsPage title={t("Customers")} bar={<FilterBar address={address} />} isLoading={answer.isPending}>
      <AnswerView answer={answer}>
        {(data) => (
          <>
            <FigureView
              answer={data}
              interval={interval}
              charts={[{ title: t("How many customers are new?"), figures: ["new_customers"], by: "period" }]}
            />
            <div className="grid min-w-0 grid-cols-1 gap-4 desktop:grid-cols-2">
              {groups(data).map(({ field, ...group }) => (
                <GroupChart
                  key={field}
                  {...group}
                  categoryLabel={kind?.fields.find(({ name }) => name === field)?.label ?? group.title}
                  countLabel={t("Customers")}
                  nameGroup={(key) => nameChoice(kind, field, key)}
                />
              ))}
            </div>
          </>
        )}
      </AnswerView>
    </AnalyticsPage>
  );
}
