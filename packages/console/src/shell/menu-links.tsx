import { useRouterState } from "@tanstack/react-router";
import { ChartPie, House, Newspaper, Settings, Star } from "lucide-react";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import { findKindAt, type KindSummary, listPath } from "../data/schema.ts";
import { toAreaPath } from "../features/feature-pages.ts";
import { useText } from "../i18n/use-text.ts";
import { NavLink } from "../kit/nav-link.tsx";
import { KindIcon } from "./kind-icon.tsx";
import { listMenuGroups } from "./menu-groups.ts";
import type { SavedRecord } from "./saved-record.ts";
import { findAddress, useFavorites, useRecentRecords } from "./saved-records.ts";

interface MenuLinksProps {
  readonly kinds: readonly KindSummary[];
  readonly isCollapsed: boolean;
}

const MAX_FAVORITES = 10;
const MAX_RECENT = 5;

/** The main menu: home, favorites, the lists of kinds, settings, and below them what was opened last. */
export function MenuLinks({ kinds, isCollapsed }: MenuLinksProps) {
  const t = useText();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const currentKind = findKindAt(toAreaPath(path.replace(/\/$/, "")), kinds);
  const favorites = useFavorites();
  const visited = useRecentRecords();
  const start = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the current entry, which the favorites move
  useLayoutEffect(() => {
    start.current?.parentElement?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest" });
  }, [path, kinds, visited === undefined, isCollapsed]);
  const recent = (visited ?? []).filter(({ id }) => !favorites.some((favorite) => favorite.id === id));
  return (
    <>
      <div ref={start} className="flex flex-col gap-px">
        <NavLink
          href="/crm"
          label={t("Home")}
          icon={<House />}
          isCurrent={path === "/crm" || path === "/crm/"}
          isCollapsed={isCollapsed}
        />
        <NavLink
          href="/crm/feed"
          label={t("Feed")}
          icon={<Newspaper />}
          isCurrent={path === "/crm/feed"}
          isCollapsed={isCollapsed}
        />
        <NavLink
          href="/crm/analytics"
          label={t("Analytics")}
          icon={<ChartPie />}
          isCurrent={path.startsWith("/crm/analytics")}
          isCollapsed={isCollapsed}
        />
      </div>
      {isCollapsed ? null : (
        <SavedLinks title={t("Favorites")} records={favorites.slice(0, MAX_FAVORITES)} kinds={kinds} icon={<Star />} />
      )}
      {listMenuGroups(kinds, t).map((group) => (
        // The lists stand below the favorites, which come with the recent records in one request.
        <MenuSection
          key={group.name}
          title={group.label}
          isCollapsed={isCollapsed}
          isHidden={visited === undefined && !isCollapsed}
        >
          {group.kinds.map((kind) => (
            <NavLink
              key={kind.kind}
              href={listPath(kind)}
              label={kind.labels}
              icon={<KindIcon name={kind.icon} />}
              isCurrent={currentKind?.kind === kind.kind}
              isCollapsed={isCollapsed}
            />
          ))}
        </MenuSection>
      ))}
      <div className={visited === undefined && !isCollapsed ? "invisible" : ""}>
        <NavLink
          href="/crm/settings"
          label={t("Settings")}
          icon={<Settings />}
          isCurrent={path.startsWith("/crm/settings") || currentKind?.menu === "settings"}
          isCollapsed={isCollapsed}
        />
      </div>
      {isCollapsed ? null : <SavedLinks title={t("Recent")} records={recent.slice(0, MAX_RECENT)} kinds={kinds} />}
    </>
  );
}

function MenuSection({
  title,
  isCollapsed = false,
  isHidden = false,
  children,
}: {
  readonly title: string;
  readonly isCollapsed?: boolean;
  readonly isHidden?: boolean;
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of links, no fieldset, and no landmark as a section is
    <div role="group" aria-label={title} className={`flex flex-col gap-px ${isHidden ? "invisible" : ""}`}>
      {isCollapsed ? null : <h2 className="px-2 pb-1 text-meta font-medium text-text-muted">{title}</h2>}
      {children}
    </div>
  );
}

interface SavedLinksProps {
  readonly title: string;
  readonly records: readonly SavedRecord[];
  readonly kinds: readonly KindSummary[];
  /** In place of the icon of the kind. */
  readonly icon?: ReactNode;
}

function SavedLinks({ title, records, kinds, icon }: SavedLinksProps) {
  const t = useText();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const links = records.flatMap((record) => {
    const address = findAddress(record, kinds);
    return address === undefined ? [] : [{ record, address }];
  });
  if (links.length === 0) return null;
  return (
    <MenuSection title={title}>
      {links.map(({ record, address }) => (
        <NavLink
          key={record.id}
          href={address}
          label={record.title.trim() === "" ? t("No name") : record.title}
          icon={icon ?? <KindIcon name={kinds.find(({ kind }) => kind === record.kind)?.icon ?? ""} />}
          isOpen={path === address}
        />
      ))}
    </MenuSection>
  );
}
