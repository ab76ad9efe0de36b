import type { ReactNode } from "react";
import { useSession } from "../../../api/session.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { usePagePath } from "../../../frame/shell/use-page-path.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
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
  const path = usePagePath().replace(/\/$/, "");
  const settings = listSettings(t);
  const pages = filterByPermission(settings, permissions).filter(({ isPage }) => isPage);
  const isForbidden = settings.some(({ href }) => href === path) && !pages.some(({ href }) => href === path);
  const group = pages.find(({ href }) => href === path)?.group;
  const tabs = pages
    .filter((page) => page.group === group)
    .map(({ id, title, href }) => ({ id, label: title, href, isCurrent: href === path }));
  const tabBar = tabs.length > 1 ? { pages: { label: t("Pages of settings"), tabs } } : {};
  if (isForbidden)
    return (
      <PageFrame title={props.title} width={width} {...tabBar}>
        <EmptyState kind="forbidden" title={t("Only administrators change these settings")}>
          {t("Ask an administrator of your organization.")}
        </EmptyState>
      </PageFrame>
    );
  return <PageFrame width={width} {...props} {...tabBar} />;
}
