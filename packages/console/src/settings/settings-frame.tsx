import { useRouterState } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useSession } from "../data/session.ts";
import { useText } from "../i18n/use-text.ts";
import { PageFrame } from "../shell/page-frame.tsx";
import { filterByPermission, listSettings } from "./setting-list.ts";

interface SettingsFrameProps {
  readonly title: string;
  /** One sentence: what the setting does. */
  readonly description?: string;
  readonly actions?: ReactNode;
  readonly isLoading?: boolean;
  /** A form is narrow, a table as wide as a record. */
  readonly width?: "record" | "form";
  readonly children: ReactNode;
}

/** A page of settings, with the pages of its group beside it. */
export function SettingsFrame({ width = "record", ...props }: SettingsFrameProps) {
  const t = useText();
  const { permissions } = useSession();
  const path = useRouterState({ select: ({ location }) => location.pathname }).replace(/\/$/, "");
  const pages = filterByPermission(listSettings(t), permissions).filter(({ isPage }) => isPage);
  const group = pages.find(({ href }) => href === path)?.group;
  const tabs = [
    { id: "all", label: t("All settings"), href: "/crm/settings", isCurrent: false },
    ...pages
      .filter((page) => page.group === group)
      .map(({ id, title, href }) => ({ id, label: title, href, isCurrent: href === path })),
  ];
  return <PageFrame width={width} {...props} pages={{ label: t("Pages of settings"), tabs }} />;
}
