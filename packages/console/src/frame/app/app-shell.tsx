import { useRouterState } from "@tanstack/react-router";
import { PanelLeft, Plus, Search } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import { part } from "../../api/page-part.ts";
import { useChangePreferences, usePreferences } from "../../api/preferences.ts";
import { type KindSummary, listPath, parseAddress, useKindIndex } from "../../api/schema.ts";
import { useLive } from "../../api/use-live.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { CreateDrawer } from "../../input/form/create-drawer.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Kbd } from "../../ui/kit/kbd.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { Menu, MenuItem } from "../../ui/kit/menu.tsx";
import { NotificationBell } from "../notifications/notification-bell.tsx";
import { PageNotices } from "../profile/page-notices.tsx";
import { UserMenu } from "../profile/user-menu.tsx";
import { BottomBar } from "../shell/bottom-bar.tsx";
import { CommandPalette } from "../shell/command-palette.tsx";
import { HelpMenu } from "../shell/help-menu.tsx";
import { KindIcon } from "../shell/kind-icon.tsx";
import { MenuLinks } from "../shell/menu-links.tsx";
import { useOpenRecordPreset } from "../shell/open-record.ts";
import { TenantMark } from "../shell/tenant-mark.tsx";
import { TrailLinks } from "../shell/trail-links.tsx";
import { useSignOut } from "../shell/use-sign-out.ts";
import { useGridShortcuts } from "../shortcuts/grid-shortcuts.ts";
import { destinationKinds, type ShortcutName } from "../shortcuts/shortcut-list.ts";
import { showKeys, useShortcut, useShortcutKeys } from "../shortcuts/use-shortcut.ts";

const ShortcutDialog = part(() => import("../shortcuts/shortcut-dialog.tsx"), "ShortcutDialog");

const SIDEBAR_KEY = "crm.sidebar";

interface AppShellProps {
  /** Stands at the foot of every page. */
  readonly foot: ReactNode;
  readonly children: ReactNode;
}

/** Menu and top bar around every page of a signed-in user. */
export function AppShell({ foot, children }: AppShellProps) {
  const { data: kinds = [] } = useKindIndex();
  const [isCollapsed, setCollapsed] = useState(() => localStorage.getItem(SIDEBAR_KEY) === "collapsed");
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [isCreateOpen, setCreateOpen] = useState(false);
  const [createdKind, setCreatedKind] = useState<string>();
  const hasSingleKeys = usePreferences().data?.single_key_shortcuts ?? true;
  const changePreferences = useChangePreferences();
  const preset = useOpenRecordPreset(kinds, createdKind);
  const signOut = useSignOut();
  useLive();
  useShortcutKeys(hasSingleKeys);
  useShellShortcuts(kinds, {
    search: () => setPaletteOpen(true),
    help: () => setHelpOpen(true),
    create: (kind) => (kind === undefined ? setCreateOpen(true) : setCreatedKind(kind)),
  });
  const collapse = (): void => {
    localStorage.setItem(SIDEBAR_KEY, isCollapsed ? "open" : "collapsed");
    setCollapsed(!isCollapsed);
  };
  return (
    <div className="flex h-dvh min-w-0 bg-bg text-text print:block print:h-auto">
      <nav
        className={`hidden shrink-0 flex-col border-e border-border bg-bg pb-3 tablet:flex print:hidden ${isCollapsed ? "w-rail px-2" : "w-sidebar px-3"}`}
      >
        <span className={`flex h-top-bar shrink-0 items-center ${isCollapsed ? "justify-center" : "-me-2 ps-2"}`}>
          <TenantMark hasName={!isCollapsed} />
        </span>
        <MenuLinks kinds={kinds} isCollapsed={isCollapsed} isInFrame isMovable />
      </nav>
      <div className="flex min-w-0 flex-1 flex-col print:block">
        <TopBar
          kinds={kinds}
          onCollapse={collapse}
          onSearch={() => setPaletteOpen(true)}
          onCreate={setCreatedKind}
          isCreateOpen={isCreateOpen}
          onCreateOpenChange={setCreateOpen}
          onHelp={() => setHelpOpen(true)}
        />
        <PageNotices />
        <PageArea>{children}</PageArea>
        {foot}
        <BottomBar kinds={kinds} />
      </div>
      <CommandPalette
        kinds={kinds}
        isOpen={isPaletteOpen}
        onOpenChange={setPaletteOpen}
        onCreate={setCreatedKind}
        onHelp={() => setHelpOpen(true)}
        onSignOut={() => void signOut()}
      />
      {isHelpOpen ? (
        <Suspense>
          <ShortcutDialog
            kinds={kinds}
            onClose={() => setHelpOpen(false)}
            hasSingleKeys={hasSingleKeys}
            onSingleKeysChange={(isOn) => void changePreferences({ single_key_shortcuts: isOn }).catch(() => undefined)}
          />
        </Suspense>
      ) : null}
      <CreateDrawer kindName={createdKind} preset={preset} onClose={() => setCreatedKind(undefined)} />
    </div>
  );
}

/** Shows the page. Until the code of the next page is there, the one before stays. */
function PageArea({ children }: { readonly children: ReactNode }) {
  const isLoading = useRouterState({ select: ({ status }) => status === "pending" });
  return (
    <main className="flex min-h-0 min-w-0 flex-1 flex-col print:block" aria-busy={isLoading}>
      {children}
    </main>
  );
}

interface ShellActions {
  readonly search: () => void;
  readonly help: () => void;
  /** Without a kind: the menu of all that can be created. */
  readonly create: (kind: string | undefined) => void;
}

/** The keys that work on every page. */
function useShellShortcuts(kinds: readonly KindSummary[], { search, help, create }: ShellActions): void {
  const navigate = useNavigate();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const go = (address: string): void => void navigate({ to: address });
  const goToKind = (shortcut: ShortcutName): void => {
    const kind = kinds.find((candidate) => candidate.kind === destinationKinds[shortcut]);
    if (kind) go(listPath(kind));
  };
  useShortcut("search", search);
  useShortcut("help", help);
  useShortcut("create", () => {
    const kind = parseAddress(path, kinds)?.kind;
    create(kind?.operations.includes("create") ? kind.kind : undefined);
  });
  useShortcut("go-home", () => go("/crm"));
  useShortcut("go-notifications", () => go("/crm/notifications"));
  useShortcut("go-leads", () => goToKind("go-leads"));
  useShortcut("go-customers", () => goToKind("go-customers"));
  useShortcut("go-opportunities", () => goToKind("go-opportunities"));
  useShortcut("go-tickets", () => goToKind("go-tickets"));
  useGridShortcuts(go);
}

interface TopBarProps {
  readonly kinds: readonly KindSummary[];
  readonly onCollapse: () => void;
  readonly onSearch: () => void;
  readonly onCreate: (kind: string) => void;
  readonly isCreateOpen: boolean;
  readonly onCreateOpenChange: (isOpen: boolean) => void;
  readonly onHelp: () => void;
}

function TopBar({ onCollapse, onSearch, onHelp, ...create }: TopBarProps) {
  const t = useText();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const place = parseAddress(path, create.kinds);
  return (
    <header className="flex h-top-bar shrink-0 items-center gap-2 border-b border-border bg-surface px-4 print:hidden">
      <span className="hidden tablet:inline">
        <IconButton label={t("Show or hide the menu")} icon={<PanelLeft className="mirror" />} onPress={onCollapse} />
      </span>
      {/* A phone has no room for a name: cut short it says less than the mark. */}
      <span className="shrink-0 tablet:hidden">
        <TenantMark hasName={false} />
      </span>
      <TrailLinks path={path} />
      {place?.id === undefined ? null : (
        <span className="hidden min-w-0 truncate text-control tablet:inline">
          <Link variant="muted" href={listPath(place.kind)}>
            {place.kind.labels}
          </Link>
        </span>
      )}
      <span className="ms-auto flex items-center gap-2">
        <span className="hidden tablet:inline">
          <Button isSmall icon={<Search />} onPress={onSearch}>
            {t("Search")} <Kbd keys={showKeys("search")} />
          </Button>
        </span>
        <span className="tablet:hidden">
          <IconButton label={t("Search")} icon={<Search />} onPress={onSearch} />
        </span>
        {/* A list has a button of its own. A phone has no room for two that look alike. */}
        <span
          className={
            place !== undefined && place.id === undefined && place.kind.operations.includes("create")
              ? "hidden tablet:inline"
              : ""
          }
        >
          <CreateMenu {...create} />
        </span>
        <NotificationBell />
        <HelpMenu onShortcuts={onHelp} />
        <UserMenu />
      </span>
    </header>
  );
}

/** Kinds that a user creates from anywhere. */
const CREATED_KINDS = ["lead", "contact", "customer", "opportunity", "activity", "note", "ticket", "quote"];

type CreateMenuProps = Pick<TopBarProps, "kinds" | "onCreate" | "isCreateOpen" | "onCreateOpenChange">;

function CreateMenu({ kinds, onCreate, isCreateOpen, onCreateOpenChange }: CreateMenuProps) {
  const t = useText();
  const creatable = CREATED_KINDS.flatMap((name) =>
    kinds.filter(({ kind, operations }) => kind === name && operations.includes("create")),
  );
  return (
    <Menu
      trigger={<IconButton label={t("Create")} icon={<Plus />} shortcut={showKeys("create")} />}
      isOpen={isCreateOpen}
      onOpenChange={onCreateOpenChange}
      onAction={(key) => onCreate(String(key))}
      placement="bottom end"
    >
      {creatable.map(({ kind, label, icon }) => (
        <MenuItem key={kind} id={kind} label={label} icon={<KindIcon name={icon} />} />
      ))}
    </Menu>
  );
}
