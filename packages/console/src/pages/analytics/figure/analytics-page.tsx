import { useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";

const listPages = (t: Translate) => [
  { id: "dashboards", label: t("Dashboards"), href: "/crm/analytics" },
  { id: "sales", label: t("Sales"), href: "/crm/analytics/sales" },
  { id: "revenue", label: t("Revenue"), href: "/crm/analytics/revenue" },
  { id: "pipeline", label: t("Pipeline"), href: "/crm/analytics/pipeline" },
  { id: "win-loss", label: t("Wins and losses"), href: "/crm/analytics/win-loss" },
  { id: "leads", label: t("Leads"), href: "/crm/analytics/leads" },
  { id: "customers", label: t("Customers"), href: "/crm/analytics/customers" },
  { id: "team", label: t("Team"), href: "/crm/analytics/team" },
  { id: "interactions", label: t("Interactions"), href: "/crm/interactions/analysis" },
  { id: "kpis", label: t("KPIs"), href: "/crm/analytics/kpis" },
  { id: "targets", label: t("Targets"), href: "/crm/analytics/targets" },
  { id: "reports", label: t("Reports"), href: "/crm/analytics/reports" },
];

interface AnalyticsPageProps {
  readonly title: string;
  /** Buttons at the end of the head. */
  readonly actions?: ReactNode;
  /** Period, comparison and filters. */
  readonly bar?: ReactNode;
  readonly isLoading?: boolean;
  readonly children: ReactNode;
}

/** A page of analytics: the title, the other pages, what the page shows, and the content. */
export function AnalyticsPage(props: AnalyticsPageProps) {
  const t = useText();
  const path = useRouterState({ select: ({ location }) => location.pathname }).replace(/\/$/, "");
  const tabs = listPages(t).map((page) => ({ ...page, isCurrent: page.href === path }));
  return <PageFrame {...props} pages={{ label: t("Pages of analytics"), tabs }} />;
}
