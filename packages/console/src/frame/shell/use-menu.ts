import { useChangePreferences, usePreferences } from "../../api/preferences.ts";
import { useKindIndex } from "../../api/schema.ts";
import { useSession } from "../../api/session.ts";
import { readViewedRole } from "../../api/viewed-role.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { showToast } from "../../ui/kit/toast.tsx";
import { listMenuPages, type MenuPage } from "./menu-pages.ts";
import { buildMenu, groupMenu, movePage, readStoredMenu, togglePage } from "./menu-rules.ts";

interface Menu {
  /** All pages that the user may see. */
  readonly pages: readonly MenuPage[];
  /** Those of the menu in their order, as the groups show them. */
  readonly menu: readonly MenuPage[];
  readonly groups: ReturnType<typeof groupMenu>;
  readonly folded: readonly string[];
  readonly isLoading: boolean;
  /** Whether the user has arranged the menu. */
  readonly isArranged: boolean;
  readonly setOrder: (ids: readonly string[]) => void;
  readonly move: (id: string, places: number) => void;
  readonly toggle: (id: string) => void;
  readonly fold: (group: string) => void;
  /** Shows the menu of the user's roles again. */
  readonly reset: () => void;
}

/** The menu of the signed-in user, and what arranges it. As another role, an administrator sees the menu of that role. */
export function useMenu(): Menu {
  const t = useText();
  const { role, extra_roles, permissions } = useSession();
  const { data: kinds } = useKindIndex();
  const preferences = usePreferences();
  const change = useChangePreferences();
  const viewedRole = readViewedRole();
  const stored = readStoredMenu(preferences.data?.ui ?? {});
  const pages = listMenuPages({ kinds: kinds ?? [], permissions }, t);
  const chosen = viewedRole === undefined ? buildMenu(pages, [role, ...extra_roles], stored) : buildMenu(pages, [viewedRole], {});
  const groups = groupMenu(chosen);
  const menu = groups.flatMap((group) => group.pages);
  const ids = menu.map(({ id }) => id);
  const store = (ui: Readonly<Record<string, readonly string[] | null>>): void =>
    void change({ ui }).catch((error: unknown) =>
      showToast({ text: readErrors(error, t).form ?? t("The menu could not be saved"), isError: true }),
    );
  const setOrder = (order: readonly string[]): void => store({ menu: order });
  return {
    ...{ pages, menu, groups, folded: stored.folded, setOrder },
    isLoading: kinds === undefined || preferences.isPending,
    isArranged: stored.pages !== undefined,
    move: (id, places) => setOrder(movePage(ids, id, places)),
    toggle: (id) => setOrder(togglePage(ids, id)),
    fold: (group) => store({ menu_folded: togglePage(stored.folded, group) }),
    reset: () => store({ menu: null }),
  };
}
