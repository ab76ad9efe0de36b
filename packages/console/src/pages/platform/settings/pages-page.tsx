import { ChevronDown, ChevronUp, Pin, PinOff, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { listPath, useKindIndex } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { KindIcon } from "../../../frame/shell/kind-icon.tsx";
import { areas, type MenuPage, nameArea } from "../../../frame/shell/menu-pages.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { matchesQuery } from "../../../frame/shell/text-match.ts";
import { useMenu } from "../../../frame/shell/use-menu.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { OrderRows } from "../../../ui/kit/order-rows.tsx";
import { SearchInput } from "../../../ui/kit/search-input.tsx";
import { filterByPermission, listKindSettings, listSettings } from "./setting-list.ts";

/** All pages that the user may see, and the arrangement of the menu. */
export function PagesPage() {
  const t = useText();
  const menu = useMenu();
  const settings = useSettingPages();
  const [query, setQuery] = useState("");
  const listed = [...menu.pages.filter(({ area }) => area !== "settings"), ...settings];
  const found = listed.filter(({ label, menuLabel = "" }) => matchesQuery(`${label} ${menuLabel}`, query));
  const groups = areas
    .map((area) => ({ area, title: nameArea(area, t), pages: found.filter((page) => page.area === area) }))
    .filter(({ pages }) => pages.length > 0);
  return (
    <PageFrame
      title={t("All pages")}
      description={t("Find any page, and pin those that you need to your menu.")}
      width="record"
      isLoading={menu.isLoading}
      bar={<SearchInput label={t("Search pages")} value={query} onSearch={setQuery} shortcut="/" />}
    >
      {found.length === 0 && !menu.isLoading ? (
        <EmptyState
          kind="nothing-found"
          title={t("No page has “{query}” in its name", { query })}
          action={<Button onPress={() => setQuery("")}>{t("Clear the search")}</Button>}
        >
          {t("Try another word for it.")}
        </EmptyState>
      ) : (
        <div className="grid min-w-0 grid-cols-1 items-start gap-6 desktop:grid-cols-(--home-columns)">
          <div className="min-w-0 gap-6 tablet:columns-2">
            {groups.map(({ area, title, pages }) => (
              <section key={area} aria-label={title} className="flex min-w-0 break-inside-avoid flex-col gap-1 pb-6">
                <h2 className="px-2 text-body font-semibold">{title}</h2>
                <ul className="flex min-w-0 flex-col">
                  {pages.map((page) => (
                    <PageEntry key={page.id} page={page} {...menu} />
                  ))}
                </ul>
              </section>
            ))}
          </div>
          {query === "" ? <MenuSection {...menu} /> : null}
        </div>
      )}
    </PageFrame>
  );
}

/** The settings that the user may change, as pages. Those that are lists of records have the same ids as in the menu. */
function useSettingPages(): MenuPage[] {
  const t = useText();
  const { permissions } = useSession();
  const { data: kinds = [] } = useKindIndex();
  const granted = filterByPermission(listSettings(t), permissions).filter(({ href }) => !href.includes("#"));
  const lists = kinds
    .filter(({ menu, operations }) => menu === "settings" && operations.includes("list"))
    .map((kind) => ({ ...kind, href: listPath(kind) }));
  return [...granted, ...listKindSettings(lists, granted)]
    .map(({ id, title, href }): MenuPage => ({ id: `setting ${id}`, label: title, href, icon: "settings", area: "settings" }))
    .filter(({ href }) => href !== "/crm/profile" && href !== "/crm/workflows" && href !== "/crm/audit");
}

type Menu = ReturnType<typeof useMenu>;

/** A page with its pin. Settings are not pinned: the menu has one entry for all of them. */
function PageEntry({ page, menu, toggle }: { readonly page: MenuPage } & Pick<Menu, "menu" | "toggle">) {
  const t = useText();
  const { id, label: name, href, icon, area } = page;
  const isPinned = menu.some((other) => other.id === id);
  const label = isPinned ? t("Remove {name} from the menu", { name }) : t("Pin {name} to the menu", { name });
  return (
    <li className="relative flex min-h-row min-w-0 items-center gap-2 rounded-control ps-2 hover:bg-hover">
      <span className="shrink-0 text-text-muted">
        <KindIcon name={icon} />
      </span>
      <span dir="auto" className="min-w-0 flex-1 truncate text-control" title={name}>
        <Link variant="card" href={href}>
          {name}
        </Link>
      </span>
      {area === "settings" ? null : (
        <span className={isPinned ? "relative z-1 flex text-accent-text" : "relative z-1 flex"}>
          <IconButton
            isSmall
            label={label}
            icon={<Pin className={isPinned ? "fill-current" : ""} />}
            aria-pressed={isPinned}
            onPress={() => toggle(id)}
          />
        </span>
      )}
    </li>
  );
}

interface MenuEntryProps extends Pick<Menu, "menu" | "move" | "toggle"> {
  readonly page: MenuPage;
}

/** A page in the menu of the user, with what moves and removes it. */
function MenuEntry({ page, menu, move, toggle }: MenuEntryProps) {
  const t = useText();
  const { id, label, menuLabel = label, icon } = page;
  const place = menu.indexOf(page);
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="shrink-0 text-text-muted">
        <KindIcon name={icon} />
      </span>
      <span dir="auto" className="min-w-0 flex-1 truncate" title={menuLabel}>
        {menuLabel}
      </span>
      <span className="flex shrink-0 tablet:hidden">
        <IconButton
          isSmall
          label={t("Move {label} up", { label: menuLabel })}
          icon={<ChevronUp />}
          isDisabled={place === 0}
          onPress={() => move(id, -1)}
        />
        <IconButton
          isSmall
          label={t("Move {label} down", { label: menuLabel })}
          icon={<ChevronDown />}
          isDisabled={place === menu.length - 1}
          onPress={() => move(id, 1)}
        />
      </span>
      <IconButton isSmall label={t("Remove {name} from the menu", { name: menuLabel })} icon={<X />} onPress={() => toggle(id)} />
    </span>
  );
}

/** The menu of the user in its order: what can be moved and removed. */
function MenuSection({ menu, isArranged, setOrder, move, toggle, reset }: Menu) {
  const t = useText();
  const renderPage = (page: MenuPage): ReactNode => <MenuEntry page={page} menu={menu} move={move} toggle={toggle} />;
  return (
    <section
      aria-label={t("Your menu")}
      className="order-first flex min-w-0 flex-col rounded-card border border-border bg-surface desktop:order-none"
    >
      <header className="flex min-h-top-bar items-center gap-2 ps-4 pe-2">
        <h2 className="min-w-0 flex-1 truncate text-body font-semibold">{t("Your menu")}</h2>
        {isArranged ? (
          <Button isSmall variant="quiet" icon={<PinOff />} onPress={reset}>
            {t("Reset")}
          </Button>
        ) : null}
      </header>
      <p className="hidden px-4 pb-2 text-meta text-text-muted tablet:block">
        {t("Drag an entry, or move it with Alt and an arrow key.")}
      </p>
      <OrderRows
        label={t("Your menu")}
        rows={menu}
        nameRow={({ label, menuLabel = label }) => menuLabel}
        render={renderPage}
        onOrder={setOrder}
        onMove={move}
      />
    </section>
  );
}
