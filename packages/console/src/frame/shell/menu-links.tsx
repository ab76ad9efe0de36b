import { useRouterState } from "@tanstack/react-router";
import { LayoutGrid, Settings, Star } from "lucide-react";
import { type ReactNode, type RefObject, useLayoutEffect, useRef } from "react";
import { toAreaPath } from "../../api/page-manifest.ts";
import { findKindAt, type KindSummary } from "../../api/schema.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { joinClasses } from "../../ui/kit/classes.ts";
import { buildMoveProps } from "../../ui/kit/move-props.ts";
import { NavGroup } from "../../ui/kit/nav-group.tsx";
import { NavLink } from "../../ui/kit/nav-link.tsx";
import { KindIcon } from "./kind-icon.tsx";
import { ALL_PAGES_PATH, type MenuPage } from "./menu-pages.ts";
import { findMarkedEntry, type MenuGroupName } from "./menu-rules.ts";
import { isSettingPath, SETTINGS_PATH } from "./page-trail.ts";
import type { SavedRecord } from "./saved-record.ts";
import { findAddress, useFavorites, useRecentRecords } from "./saved-records.ts";
import { useMenu } from "./use-menu.ts";

interface MenuLinksProps {
  readonly kinds: readonly KindSummary[];
  readonly isCollapsed?: boolean;
  /** Whether entries can be dragged. A touch scrolls instead. */
  readonly isMovable?: boolean;
  /** Whether the entries scroll in a frame of their own, above the way to all pages and to the settings. */
  readonly isInFrame?: boolean;
}

/** Less than 1, because of rounding. */
const WHOLE = 0.98;

const MAX_FAVORITES = 10;
const MAX_RECENT = 5;

/** The main menu: the pages of the user, the way to all others, favorites, and what was opened last. */
export function MenuLinks({ kinds, isCollapsed = false, isMovable = false, isInFrame = false }: MenuLinksProps) {
  const t = useText();
  const { groups, menu, pages: allPages, folded, fold, move, isLoading } = useMenu();
  const path = useRouterState({ select: ({ location }) => location.pathname }).replace(/\/$/, "");
  const currentKind = findKindAt(toAreaPath(path), kinds);
  const isSetting = isSettingPath(path) || currentKind?.menu === "settings";
  const marked = isSetting ? undefined : findMarkedEntry(menu, allPages, path, toAreaPath(path));
  const current = marked?.page;
  const favorites = useFavorites();
  const visited = useRecentRecords() ?? [];
  const start = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it follows the current entry
  useLayoutEffect(() => {
    start.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest" });
  }, [path, isLoading, isCollapsed]);
  useWholeRows(start, isInFrame);
  const ids = menu.map(({ id }) => id);
  const order = ids.join();
  const moved = useRef<string>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the browser takes the focus from what gets another place
  useLayoutEffect(() => {
    if (moved.current !== undefined) start.current?.querySelector<HTMLElement>(`[data-page="${moved.current}"] a`)?.focus();
    moved.current = undefined;
  }, [order]);
  const onMove = (id: string, places: number): void => {
    moved.current = id;
    move(id, places);
  };
  const renderPage = (page: MenuPage): ReactNode => (
    <span
      key={page.id}
      data-page={page.id}
      {...(isMovable && !isCollapsed ? buildMoveProps({ id: page.id, ids, isVertical: true, onMove }) : {})}
      className="flex flex-col rounded-control data-over:bg-accent-subtle"
    >
      <NavLink
        href={page.href}
        label={page.menuLabel ?? page.label}
        icon={<KindIcon name={page.icon} />}
        isCurrent={page === current}
        isCollapsed={isCollapsed}
      />
    </span>
  );
  const groupTitles: Readonly<Record<MenuGroupName, string>> = {
    sales: t("Sales"),
    people: t("People"),
    service: t("Service"),
    marketing: t("Marketing"),
    analytics: t("Analytics"),
    data: t("Data"),
  };
  const recent = visited.filter(({ id }) => !favorites.some((favorite) => favorite.id === id));
  const ways = (
    <div
      className={joinClasses(
        "flex flex-col gap-px",
        isInFrame && "shrink-0 border-t border-transparent pt-3",
        isInFrame && (isCollapsed ? "-mx-2 px-2" : "-mx-3 px-3"),
      )}
    >
      <NavLink
        href={ALL_PAGES_PATH}
        label={t("All pages")}
        icon={<LayoutGrid />}
        isCurrent={path === ALL_PAGES_PATH || marked?.isOutside === true}
        isCollapsed={isCollapsed}
      />
      <NavLink href={SETTINGS_PATH} label={t("Settings")} icon={<Settings />} isCurrent={isSetting} isCollapsed={isCollapsed} />
    </div>
  );
  const entries = (
    <>
      {groups.map(({ name, pages }) =>
        name === undefined ? (
          <div key="top" className="flex flex-col gap-px empty:hidden">
            {pages.map(renderPage)}
          </div>
        ) : (
          <NavGroup
            key={name}
            title={groupTitles[name]}
            isCollapsed={isCollapsed}
            isFolded={folded.includes(name)}
            onFold={() => fold(name)}
          >
            {/* The open page stays in sight. */}
            {pages.filter((page) => isCollapsed || page === current || !folded.includes(name)).map(renderPage)}
          </NavGroup>
        ),
      )}
      {isInFrame ? null : ways}
      {isCollapsed ? null : (
        <>
          <SavedLinks title={t("Favorites")} records={favorites.slice(0, MAX_FAVORITES)} kinds={kinds} icon={<Star />} />
          <SavedLinks title={t("Recent")} records={recent.slice(0, MAX_RECENT)} kinds={kinds} />
        </>
      )}
    </>
  );
  const visibility = isLoading ? "invisible" : "";
  if (!isInFrame)
    return (
      <div ref={start} className={`flex flex-col gap-4 ${visibility}`}>
        {entries}
      </div>
    );
  return (
    <div className={`flex min-h-0 flex-1 flex-col ${visibility}`}>
      <div ref={start} className="-mx-2 flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-2 whole-rows">
        {entries}
      </div>
      {ways}
    </div>
  );
}

/** Hides the rows that the edge of the frame would cut, also after every change of the menu. One that gets the focus scrolls into view. */
function useWholeRows(frame: RefObject<HTMLElement | null>, isOn: boolean): void {
  useLayoutEffect(() => {
    if (!isOn || !frame.current) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, intersectionRatio } of entries) target.toggleAttribute("data-cut", intersectionRatio < WHOLE);
      },
      { root: frame.current, threshold: WHOLE },
    );
    for (const row of frame.current.querySelectorAll("a, h2")) observer.observe(row);
    return () => observer.disconnect();
  });
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
    <NavGroup title={title}>
      {links.map(({ record, address }) => (
        <NavLink
          key={record.id}
          href={address}
          label={record.title.trim() === "" ? t("No name") : record.title}
          icon={icon ?? <KindIcon name={kinds.find(({ kind }) => kind === record.kind)?.icon ?? ""} />}
          isOpen={path === address}
        />
      ))}
    </NavGroup>
  );
}
