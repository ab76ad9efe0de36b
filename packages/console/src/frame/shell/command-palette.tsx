import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useRouterState } from "@tanstack/react-router";
import { Keyboard, LayoutGrid, LogOut, Moon, Plus, Rows3, Search, Settings, Sun } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Autocomplete } from "react-aria-components/Autocomplete";
import { Header } from "react-aria-components/Header";
import { Input } from "react-aria-components/Input";
import { ListBox, ListBoxItem, ListBoxSection } from "react-aria-components/ListBox";
import { SearchField } from "react-aria-components/SearchField";
import { crm } from "../../api/client.ts";
import { type KindSummary, listPath, parseAddress, recordPath } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { nameCreation } from "../../ui/i18n/creation-name.ts";
import { toNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { joinClasses } from "../../ui/kit/classes.ts";
import { Kbd } from "../../ui/kit/kbd.tsx";
import { OptionNote } from "../../ui/kit/option.tsx";
import { itemClass } from "../../ui/kit/popover.ts";
import { SearchLayer } from "../../ui/kit/search-layer.tsx";
import { destinationKinds, type ShortcutName } from "../shortcuts/shortcut-list.ts";
import { showKeys } from "../shortcuts/use-shortcut.ts";
import { KindIcon } from "./kind-icon.tsx";
import { ALL_PAGES_PATH } from "./menu-pages.ts";
import { usePageCommands } from "./page-commands.ts";
import { filterGroups, type PaletteEntry, type PaletteGroup } from "./palette-groups.ts";
import type { SavedRecord } from "./saved-record.ts";
import { findAddress, useFavorites, useRecentRecords } from "./saved-records.ts";
import { isSearchable, markMatches } from "./text-match.ts";
import { useAppearance } from "./use-appearance.ts";
import { useMenu } from "./use-menu.ts";

interface CommandPaletteProps {
  readonly kinds: readonly KindSummary[];
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly onCreate: (kind: string) => void;
  readonly onHelp: () => void;
  readonly onSignOut: () => void;
}

interface Command extends PaletteEntry {
  readonly icon: ReactNode;
  /** Says more than the label: the kind of a record, or what the query matches in it. */
  readonly description?: string;
  readonly keys?: string;
  readonly isRecord?: boolean;
  /** Its label repeats the query, so nothing in it is marked. */
  readonly isPlain?: boolean;
  readonly run: () => void;
}

/** Finds records, pages and commands by their names. */
export function CommandPalette({ isOpen, onOpenChange, ...props }: CommandPaletteProps) {
  const t = useText();
  return (
    <SearchLayer title={t("Search")} isOpen={isOpen} onOpenChange={onOpenChange}>
      {(close) => <PaletteContent {...props} close={close} />}
    </SearchLayer>
  );
}

type ContentProps = Omit<CommandPaletteProps, "isOpen" | "onOpenChange"> & { readonly close: () => void };

function PaletteContent({ close, ...props }: ContentProps) {
  const t = useText();
  const [text, setText] = useState("");
  const search = useRecordSearch(text);
  const groups = filterGroups(useGroups(props, search.hits, text.trim()), text);
  const commands = new Map(groups.flatMap(({ entries }) => entries).map((entry) => [entry.id, entry]));
  return (
    <Autocomplete inputValue={text} onInputChange={setText}>
      <SearchField
        aria-label={t("Search")}
        autoFocus
        className="flex h-top-bar shrink-0 items-center gap-2 border-b border-border px-4 text-text-muted"
      >
        <Search />
        <Input
          placeholder={t("Name, phone number, page or action")}
          className="h-full w-full min-w-0 bg-transparent text-input text-text outline-none [&::-webkit-search-cancel-button]:hidden"
        />
        <span className="-me-3 tablet:hidden">
          <Button variant="quiet" onPress={close}>
            {t("Cancel")}
          </Button>
        </span>
      </SearchField>
      <ListBox
        aria-label={t("Results")}
        items={groups}
        className="min-h-0 flex-1 overflow-auto px-2 pt-2 outline-none tablet:h-results tablet:flex-initial"
        renderEmptyState={() => (
          <OptionNote>{search.isLoading ? t("Searching…") : t("Nothing matches. Try another word.")}</OptionNote>
        )}
        onAction={(key) => {
          close();
          commands.get(String(key))?.run();
        }}
      >
        {(group) => (
          <ListBoxSection id={group.id} className="pb-2">
            <Header className="px-2 py-1 text-meta font-medium text-text-muted">{group.title}</Header>
            {group.entries.map((entry) => (
              <PaletteItem key={entry.id} entry={entry} query={text} />
            ))}
          </ListBoxSection>
        )}
      </ListBox>
      <footer
        aria-hidden="true"
        className="hidden shrink-0 items-center gap-4 border-t border-border px-4 py-2 text-meta text-text-muted tablet:flex"
      >
        <KeyHint keys="↑ ↓" text={t("Choose")} />
        <KeyHint keys="Enter" text={t("Open")} />
        <KeyHint keys="Esc" text={t("Close")} />
      </footer>
    </Autocomplete>
  );
}

function KeyHint({ keys, text }: { readonly keys: string; readonly text: string }) {
  return (
    <span className="flex items-center gap-2">
      <Kbd keys={keys} />
      {text}
    </span>
  );
}

/** A text with what a query matches in it. */
function MarkedText({ text, query }: { readonly text: string; readonly query: string }) {
  return markMatches(text, query).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
    <span key={index} className={part.isMatch ? "font-semibold text-accent-text" : ""}>
      {part.text}
    </span>
  ));
}

function PaletteItem({ entry, query }: { readonly entry: Command; readonly query: string }) {
  return (
    <ListBoxItem id={entry.id} textValue={entry.label} className={itemClass}>
      <span className="shrink-0 text-text-muted">{entry.icon}</span>
      {/* On a phone what a record matches with stands below its name. */}
      <span className="flex min-w-0 flex-col items-start text-body tablet:flex-row tablet:gap-2 tablet:text-control">
        <span
          dir="auto"
          className={joinClasses("w-fit max-w-full min-w-0 truncate", entry.isRecord && "font-medium")}
          title={entry.label}
        >
          {entry.isPlain ? entry.label : <MarkedText text={entry.label} query={query} />}
        </span>
        {entry.description === undefined ? null : (
          <span
            dir="auto"
            className="max-w-full min-w-0 truncate text-meta text-text-muted tablet:text-control"
            title={entry.description}
          >
            <MarkedText text={entry.description} query={query} />
          </span>
        )}
      </span>
      {entry.keys === undefined ? null : (
        <span className="ms-auto shrink-0">
          <Kbd keys={entry.keys} />
        </span>
      )}
    </ListBoxItem>
  );
}

interface SearchHit {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly subtitle: string | null;
}

const PAUSE_MS = 150;
/** One more is read than shown, to know whether there are further ones. */
const MAX_HITS_OF_KIND = 3;

/** Searches all kinds after a pause in typing. A later text cancels the request of an earlier one, and its hits stay until the new ones are there. */
function useRecordSearch(text: string): { readonly hits: readonly SearchHit[]; readonly isLoading: boolean } {
  const scope = useScope();
  const [query, setQuery] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setQuery(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const isOn = isSearchable(query);
  const { data = [], isFetching } = useQuery({
    queryKey: [...scope, "search", query],
    queryFn: async ({ signal }): Promise<SearchHit[]> =>
      await crm.request<SearchHit[]>("GET", "/api/v1/search", {
        query: { q: query, limit: MAX_HITS_OF_KIND + 1 },
        signal,
        retries: 0,
      }),
    enabled: isOn,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return { hits: isOn && text.trim() !== "" ? data : [], isLoading: text.trim() !== query || isFetching };
}

/** The groups of the palette in their order: what was open last, what was found, what can be done here, then everything else. */
function useGroups(props: Omit<ContentProps, "close">, hits: readonly SearchHit[], query: string): PaletteGroup<Command>[] {
  const t = useText();
  const { kinds } = props;
  const navigate = useNavigate();
  const page = usePageCommands();
  const recent = useRecentRecords() ?? [];
  const favorites = useFavorites();
  const go = (address: string): void => void navigate({ to: address });
  const toCommand = (record: SavedRecord): Command[] => {
    const address = findAddress(record, kinds);
    const kind = kinds.find((candidate) => candidate.kind === record.kind);
    if (address === undefined || !kind) return [];
    const icon = <KindIcon name={kind.icon} />;
    return [{ id: record.id, label: record.title, icon, description: kind.label, isRecord: true, run: () => go(address) }];
  };
  const create = useCreateCommands(props);
  const destinations = useDestinations(go);
  const current = useCurrentKind(kinds) ?? "lead";
  const lists = destinations.map((command) => ({ ...command, label: t("Go to {kinds}", { kinds: toNoun(command.label) }) }));
  // Without hits the first action would be what Enter runs.
  const actions = hits.length === 0 ? [] : [...create, ...lists].filter(({ id }) => id.endsWith(` ${current}`));
  return [
    { id: "recent", title: t("Recent"), entries: recent.flatMap(toCommand), most: 6 },
    { id: "favorites", title: t("Favorites"), entries: favorites.flatMap(toCommand), most: 6 },
    ...listFoundGroups(kinds, hits, (kind) => t("All results in {kinds}", { kinds: toNoun(kind.labels) }), query, go),
    { id: "page", title: t("On this page"), entries: page.map((command) => ({ icon: null, ...command })), most: 8 },
    { id: "create", title: t("Create"), entries: create, most: 5, isHidden: true },
    { id: "go", title: t("Go to"), entries: destinations, most: 6 },
    { id: "actions", title: t("Actions"), entries: actions, most: 2, isFound: true, isHidden: true },
    { id: "settings", title: t("Settings"), entries: useSettingCommands(props), most: 6 },
  ];
}

/** The hits of each kind. The last entry of a kind that has more leads to its list. */
function listFoundGroups(
  kinds: readonly KindSummary[],
  hits: readonly SearchHit[],
  nameAll: (kind: KindSummary) => string,
  query: string,
  go: (address: string) => void,
): PaletteGroup<Command>[] {
  const types = [...new Set(hits.map(({ type }) => type))];
  return types.flatMap((type) => {
    const kind = kinds.find((candidate) => candidate.kind === type);
    if (!kind) return [];
    const entries = hits
      .filter((hit) => hit.type === type)
      .map(
        ({ id, title, subtitle }): Command => ({
          id,
          label: title,
          ...(subtitle === null ? {} : { description: subtitle }),
          icon: <KindIcon name={kind.icon} />,
          isRecord: true,
          run: () => go(recordPath(kind, id)),
        }),
      );
    const all: Command = {
      id: `all ${type}`,
      label: nameAll(kind),
      icon: <Search />,
      isPlain: true,
      run: () => go(`${listPath(kind)}?${new URLSearchParams({ search: query })}`),
    };
    const first = entries.slice(0, MAX_HITS_OF_KIND);
    const shown = entries.length > MAX_HITS_OF_KIND && isListed(kind) ? [...first, all] : first;
    return [{ id: `found ${type}`, title: kind.labels, entries: shown, isFound: true, most: MAX_HITS_OF_KIND + 1 }];
  });
}

const isListed = ({ menu, operations }: KindSummary): boolean => menu !== null && operations.includes("list");

/** The kind of the page that is open. */
function useCurrentKind(kinds: readonly KindSummary[]): string | undefined {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return parseAddress(path, kinds)?.kind.kind;
}

function useCreateCommands({ kinds, onCreate }: Pick<ContentProps, "kinds" | "onCreate">): Command[] {
  const t = useText();
  const current = useCurrentKind(kinds);
  return kinds
    .filter((kind) => isListed(kind) && kind.operations.includes("create"))
    .map((kind) => ({
      id: `create ${kind.kind}`,
      label: nameCreation(kind, t),
      icon: <Plus />,
      ...(kind.kind === current ? { keys: showKeys("create") } : {}),
      run: () => onCreate(kind.kind),
    }));
}

/** The pages that the user may see. Those with keys are the most used ones, and come first. */
function useDestinations(go: (address: string) => void): Command[] {
  const t = useText();
  const { pages } = useMenu();
  const shortcuts: readonly (readonly [string, ShortcutName])[] = [
    ["home", "go-home"],
    ["notifications", "go-notifications"],
    ...Object.entries(destinationKinds).map(([shortcut, kind]) => [kind, shortcut as ShortcutName] as const),
  ];
  const commands = pages.map(({ id, label, href, icon }): Command => {
    const [, shortcut] = shortcuts.find(([page]) => page === id) ?? [];
    const keys = shortcut === undefined ? {} : { keys: showKeys(shortcut) };
    return { id: `go ${id}`, label, icon: <KindIcon name={icon} />, ...keys, run: () => go(href) };
  });
  return [
    ...commands.filter(({ keys }) => keys !== undefined),
    { id: "go pages", label: t("All pages"), icon: <LayoutGrid />, run: () => go(ALL_PAGES_PATH) },
    { id: "go settings", label: t("All settings"), icon: <Settings />, run: () => go("/crm/settings") },
    ...commands.filter(({ keys }) => keys === undefined),
  ];
}

function useSettingCommands({ onHelp, onSignOut }: Pick<ContentProps, "onHelp" | "onSignOut">): Command[] {
  const t = useText();
  const [appearance, changeAppearance] = useAppearance();
  const isDark = appearance.theme === "dark";
  const isCompact = appearance.density === "compact";
  return [
    {
      id: "theme",
      label: isDark ? t("Light colors") : t("Dark colors"),
      icon: isDark ? <Sun /> : <Moon />,
      run: () => changeAppearance({ theme: isDark ? "light" : "dark" }),
    },
    {
      id: "density",
      label: isCompact ? t("Comfortable") : t("Compact"),
      icon: <Rows3 />,
      run: () => changeAppearance({ density: isCompact ? "default" : "compact" }),
    },
    { id: "help", label: t("Keyboard shortcuts"), icon: <Keyboard />, keys: showKeys("help"), run: onHelp },
    { id: "sign-out", label: t("Sign out"), icon: <LogOut />, run: onSignOut },
  ];
}
