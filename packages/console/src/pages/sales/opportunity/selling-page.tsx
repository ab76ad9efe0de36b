import { useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { toAreaPath } from "../../../api/page-manifest.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { listNeighbors } from "../../../frame/shell/page-tabs.ts";
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
  return <PageFrame {...props} pages={listNeighbors("opportunity", path, t)} />;
}
