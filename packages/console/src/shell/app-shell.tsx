import { useQueryClient } from "@tanstack/react-query";
import { useRouter, useRouterState } from "@tanstack/react-router";
import { LogOut, Menu as MenuIcon, Moon, PanelLeft, Plus, Rows3, Search } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { BulkJobs } from "../bulk/bulk-jobs.tsx";
import { crm } from "../data/client.ts";
import { type KindSummary, listPath, useKindIndex } from "../data/schema.ts";
import { useSession } from "../data/session.ts";
import { CreateDrawer } from "../form/create-drawer.tsx";
import { useText } from "../i18n/use-text.ts";
import { Avatar } from "../kit/avatar.tsx";
import { Button } from "../kit/button.tsx";
import { IconButton } from "../kit/icon-button.tsx";
import { Menu, MenuDivider, MenuItem, MenuSection } from "../kit/menu.tsx";
import { NavLink } from "../kit/nav-link.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { KindIcon } from "./kind-icon.tsx";
import { listMenuGroups } from "./menu-groups.ts";
import { useAppearance } from "./use-appearance.ts";

const SIDEBAR_KEY = "crm.sidebar";

/** Menu and top bar around every page of a signed-in user. */
export function AppShell({ children }: { readonly children: ReactNode }) {
  const { data: kinds = [] } = useKindIndex();
  const [isCollapsed, setCollapsed] = useState(() => localStorage.getItem(SIDEBAR_KEY) === "collapsed");
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [createdKind, setCreatedKind] = useState<string>();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setPaletteOpen(true);
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);
  const collapse = (): void => {
    localStorage.setItem(SIDEBAR_KEY, isCollapsed ? "open" : "collapsed");
    setCollapsed(!isCollapsed);
  };
  return (
    <div className="flex h-dvh min-w-0 bg-bg text-text print:block print:h-auto">
      <nav
        className={`hidden shrink-0 flex-col gap-4 overflow-y-auto border-e border-border bg-bg py-3 tablet:flex print:hidden ${isCollapsed ? "w-rail px-2" : "w-sidebar px-3"}`}
      >
        <MenuLinks kinds={kinds} isCollapsed={isCollapsed} />
      </nav>
      <div className="flex min-w-0 flex-1 flex-col print:block">
        <TopBar
          kinds={kinds}
          onCollapse={collapse}
          onMenu={() => setMenuOpen(true)}
          onSearch={() => setPaletteOpen(true)}
          onCreate={setCreatedKind}
        />
        <main className="flex min-h-0 min-w-0 flex-1 flex-col print:block">{children}</main>
      </div>
      <MobileMenu kinds={kinds} isOpen={isMenuOpen} onOpenChange={setMenuOpen} />
      <CommandPalette kinds={kinds} isOpen={isPaletteOpen} onOpenChange={setPaletteOpen} onCreate={setCreatedKind} />
      <BulkJobs />
      <CreateDrawer kindName={createdKind} onClose={() => setCreatedKind(undefined)} />
    </div>
  );
}

function MenuLinks({ kinds, isCollapsed }: { readonly kinds: readonly KindSummary[]; readonly isCollapsed: boolean }) {
  const t = useText();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return listMenuGroups(kinds, t).map((group) => (
    <section key={group.name} aria-label={group.label} className="flex flex-col gap-px">
      {isCollapsed ? null : <h2 className="px-2 pb-1 text-meta font-medium text-text-muted">{group.label}</h2>}
      {group.kinds.map((kind) => (
        <NavLink
          key={kind.kind}
          href={listPath(kind)}
          label={kind.labels}
          icon={<KindIcon name={kind.icon} />}
          isCurrent={path === listPath(kind) || path.startsWith(`${listPath(kind)}/view/`)}
          isCollapsed={isCollapsed}
        />
      ))}
    </section>
  ));
}

interface TopBarProps {
  readonly kinds: readonly KindSummary[];
  readonly onCollapse: () => void;
  readonly onMenu: () => void;
  readonly onSearch: () => void;
  readonly onCreate: (kind: string) => void;
}

function TopBar({ kinds, onCollapse, onMenu, onSearch, onCreate }: TopBarProps) {
  const t = useText();
  const { tenant } = useSession();
  return (
    <header className="flex h-top-bar shrink-0 items-center gap-2 border-b border-border bg-surface px-4 print:hidden">
      <span className="hidden tablet:inline">
        <IconButton label={t("Show or hide the menu")} icon={<PanelLeft className="mirror" />} onPress={onCollapse} />
      </span>
      <span className="tablet:hidden">
        <IconButton label={t("Menu")} icon={<MenuIcon />} onPress={onMenu} />
      </span>
      <span dir="auto" className="hidden min-w-0 truncate text-body font-semibold tablet:inline">
        {tenant.name}
      </span>
      <span className="ms-auto flex items-center gap-2">
        <Button isSmall icon={<Search />} onPress={onSearch}>
          {t("Search")}
        </Button>
        <CreateMenu kinds={kinds} onCreate={onCreate} />
        <UserMenu />
      </span>
    </header>
  );
}

/** Kinds that a user creates from anywhere. */
const CREATED_KINDS = ["lead", "contact", "customer", "opportunity", "activity", "note", "ticket", "quote"];

function CreateMenu({ kinds, onCreate }: Pick<TopBarProps, "kinds" | "onCreate">) {
  const t = useText();
  const creatable = CREATED_KINDS.flatMap((name) =>
    kinds.filter(({ kind, operations }) => kind === name && operations.includes("create")),
  );
  return (
    <Menu
      trigger={<IconButton label={t("Create")} icon={<Plus />} />}
      onAction={(key) => onCreate(String(key))}
      placement="bottom end"
    >
      {creatable.map(({ kind, label, icon }) => (
        <MenuItem key={kind} id={kind} label={label} icon={<KindIcon name={icon} />} />
      ))}
    </Menu>
  );
}

function UserMenu() {
  const t = useText();
  const me = useSession();
  const queries = useQueryClient();
  const [appearance, changeAppearance] = useAppearance();
  const signOut = async (): Promise<void> => {
    await crm.signOut();
    // Nothing of this user and tenant stays in the page.
    queries.clear();
    location.assign("/crm/");
  };
  return (
    <Menu
      placement="bottom end"
      trigger={<IconButton label={me.display_name} icon={<Avatar name={me.display_name} />} />}
      onAction={(key) => {
        if (key === "sign-out") void signOut();
        else if (key === "theme") changeAppearance({ theme: appearance.theme === "dark" ? "light" : "dark" });
        else if (key === "density") changeAppearance({ density: appearance.density === "compact" ? "default" : "compact" });
      }}
    >
      <MenuSection title={me.email}>
        <MenuItem id="theme" label={appearance.theme === "dark" ? t("Light colors") : t("Dark colors")} icon={<Moon />} />
        <MenuItem id="density" label={appearance.density === "compact" ? t("More space") : t("Less space")} icon={<Rows3 />} />
      </MenuSection>
      <MenuDivider />
      <MenuItem id="sign-out" label={t("Sign out")} icon={<LogOut />} />
    </Menu>
  );
}

function MobileMenu({
  kinds,
  isOpen,
  onOpenChange,
}: {
  readonly kinds: readonly KindSummary[];
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}) {
  const t = useText();
  const router = useRouter();
  useEffect(() => router.subscribe("onBeforeNavigate", () => onOpenChange(false)), [router, onOpenChange]);
  return (
    <Sheet title={t("Menu")} isOpen={isOpen} onOpenChange={onOpenChange}>
      <nav className="flex flex-col gap-4">
        <MenuLinks kinds={kinds} isCollapsed={false} />
      </nav>
    </Sheet>
  );
}
