import { useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { toAreaPath } from "../../../frame/shell/feature-pages.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { listOpportunityPages } from "../../../frame/shell/selling-pages.ts";
import { useText } from "../../../ui/i18n/use-text.ts";

interface SellingPageProps {
  readonly title: string;
  readonly description?: string;
  readonly actions?: ReactNode;
  readonly bar?: ReactNode;
  readonly isLoading?: boolean;
  readonly children: ReactNode;
}

/** A page of opportunities: the title, the neighboring pages, what the page shows, and the content. */
export function SellingPage(props: SellingPageProps) {
  const t = useText();
  const path = toAreaPath(useRouterState({ select: ({ location }) => location.pathname }).replace(/\/$/, ""));
  const tabs = listOpportunityPages(t).map((page) => ({ ...page, isCurrent: page.href === path }));
  return <PageFrame {...props} pages={{ label: t("Pages of opportunities"), tabs }} />;
}
