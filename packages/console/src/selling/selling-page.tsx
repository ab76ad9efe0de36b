import { useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { toAreaPath } from "../features/feature-pages.ts";
import { type Translate, useText } from "../i18n/use-text.ts";
import { PageFrame } from "../shell/page-frame.tsx";

const LIST = "/crm/opportunities";

/** The pages of opportunities that are not made from the schema. */
export const listSellingPages = (t: Translate) => [
  { id: "forecast", label: t("Forecast"), href: `${LIST}/forecast` },
  { id: "won", label: t("Won"), href: `${LIST}/won` },
  { id: "lost", label: t("Lost"), href: `${LIST}/lost` },
];

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
  const pages = [
    { id: "list", label: t("Open opportunities"), href: `${LIST}?is_closed=false` },
    { id: "pipeline", label: t("Board"), href: `${LIST}/pipeline` },
    ...listSellingPages(t),
  ];
  const tabs = pages.map((page) => ({ ...page, isCurrent: page.href === path }));
  return <PageFrame {...props} pages={{ label: t("Pages of opportunities"), tabs }} />;
}
