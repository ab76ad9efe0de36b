import { lazy, type ReactNode } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { RecordTabs, useRecordTab } from "../../../records/record/record-tabs.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { PerformancePanel } from "./performance-panel.tsx";

const MembersPanel = lazy(() => import("./member-list.tsx").then(({ MembersPanel: panel }) => ({ default: panel })));
const SendsPanel = lazy(() => import("../email-send/sends-panel.tsx").then(({ SendsPanel: panel }) => ({ default: panel })));
const AbTestsPanel = lazy(() => import("../ab-test/ab-tests-panel.tsx").then(({ AbTestsPanel: panel }) => ({ default: panel })));
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
  const [, openTab] = useRecordTab();
  return (
    <RecordTabs
      label={t("Parts of the campaign")}
      details={details}
      tabs={[
        { id: "performance", label: t("Performance"), content: <PerformancePanel id={record.id} /> },
        { id: "members", label: t("Members"), content: <MembersPanel kind={kind} record={record} /> },
        {
          id: "sends",
          label: t("Sends"),
          content: <SendsPanel kind={kind} record={record} onShowTests={() => openTab("ab-tests")} />,
        },
        { id: "ab-tests", label: t("A/B tests"), content: <AbTestsPanel kind={kind} record={record} /> },
        { id: "metrics", label: t("Metrics"), content: <MetricsPanel kind={kind} record={record} /> },
        { id: "budget", label: t("Budget"), content: <BudgetPanel kind={kind} record={record} /> },
        { id: "plan", label: t("Plan and assets"), content: <PlanPanel kind={kind} record={record} /> },
        { id: "history", label: t("Timeline"), content: <CampaignTimeline kind={kind} record={record} /> },
      ]}
    />
  );
}
