import { lazy, type ReactNode, Suspense, useState } from "react";
import type { ConsoleRecord } from "../data/records.ts";
import type { Kind } from "../data/schema.ts";
import { useText } from "../i18n/use-text.ts";
import { Skeleton } from "../kit/skeleton.tsx";
import { Tabs } from "../kit/tabs.tsx";
import { PerformancePanel } from "./performance-panel.tsx";

const MembersPanel = lazy(() => import("./member-list.tsx").then(({ MembersPanel: panel }) => ({ default: panel })));
const SendsPanel = lazy(() => import("./sends-panel.tsx").then(({ SendsPanel: panel }) => ({ default: panel })));
const AbTestsPanel = lazy(() => import("./ab-tests-panel.tsx").then(({ AbTestsPanel: panel }) => ({ default: panel })));
const MetricsPanel = lazy(() => import("./metrics-panel.tsx").then(({ MetricsPanel: panel }) => ({ default: panel })));
const BudgetPanel = lazy(() => import("./budget-panel.tsx").then(({ BudgetPanel: panel }) => ({ default: panel })));
const PlanPanel = lazy(() => import("./plan-panel.tsx").then(({ PlanPanel: panel }) => ({ default: panel })));
const CampaignTimeline = lazy(() =>
  import("./campaign-timeline.tsx").then(({ CampaignTimeline: timeline }) => ({ default: timeline })),
);

interface CampaignPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of a campaign: what each record has, its figures, members, metrics, budget and plan. Each tab reads its data when it is opened. */
export function CampaignParts({ kind, record, details }: CampaignPartsProps) {
  const t = useText();
  const [chosen, setChosen] = useState("overview");
  const part = (content: ReactNode): ReactNode => <Suspense fallback={<Skeleton shape="block" />}>{content}</Suspense>;
  return (
    <div className="mx-auto w-full max-w-page min-w-0 px-4 pb-8 tablet:px-6">
      <Tabs
        label={t("Parts of the campaign")}
        selectedKey={chosen}
        onSelectionChange={(key) => setChosen(String(key))}
        tabs={[
          { id: "overview", label: t("Overview"), content: <div className="-mx-4 tablet:-mx-6">{details}</div> },
          { id: "performance", label: t("Performance"), content: <PerformancePanel id={record.id} /> },
          { id: "members", label: t("Members"), content: part(<MembersPanel kind={kind} record={record} />) },
          {
            id: "sends",
            label: t("Sends"),
            content: part(<SendsPanel kind={kind} record={record} onShowTests={() => setChosen("ab-tests")} />),
          },
          { id: "ab-tests", label: t("A/B tests"), content: part(<AbTestsPanel kind={kind} record={record} />) },
          { id: "metrics", label: t("Metrics"), content: part(<MetricsPanel kind={kind} record={record} />) },
          { id: "budget", label: t("Budget"), content: part(<BudgetPanel kind={kind} record={record} />) },
          { id: "plan", label: t("Plan and assets"), content: part(<PlanPanel kind={kind} record={record} />) },
          { id: "history", label: t("Timeline"), content: part(<CampaignTimeline kind={kind} record={record} />) },
        ]}
      />
    </div>
  );
}
