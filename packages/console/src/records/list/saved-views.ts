import { ApiError, type Client, type Schemas } from "@crm/sdk/index.ts";
import { type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { crm, read } from "../../api/client.ts";
import { useScope } from "../../api/session.ts";
import { sessionPaths } from "../../api/session-reads.ts";
import type { FavoriteList } from "../../frame/shell/saved-records.ts";

export type SavedView = Schemas.View;
export type SavedViewRow = Schemas.ViewRow;
export type Sharing = SavedView["sharing"];

type DefaultViews = Awaited<ReturnType<Client["views"]["defaults"]["get"]>>;
export type RoleDefaults = Awaited<ReturnType<ReturnType<Client["views"]>["roleDefault"]["get"]>>;

const STALE_MS = 60_000;
const MAX_VIEWS = 100;

/** The views of a kind that the user may see: their own, those of the team, and those for everyone. */
export function useSavedViews(kind: string, isEnabled: boolean): UseQueryResult<readonly SavedViewRow[]> {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "views", kind],
    queryFn: async () => (await read<SavedViewRow[]>("/api/v1/views", { kind, limit: MAX_VIEWS })).data,
    enabled: isEnabled,
    staleTime: STALE_MS,
  });
}

export function useSavedView(id: string | undefined): UseQueryResult<SavedView> {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "view", id],
    queryFn: ({ signal }) => crm.views.get(String(id), undefined, { signal }).then((view) => view),
    enabled: id !== undefined,
    staleTime: STALE_MS,
    retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status < 500),
  });
}

/** The default view of each kind, and who chose it. */
export function useDefaultViews(): UseQueryResult<DefaultViews> {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "default-views"],
    queryFn: async () => (await read<DefaultViews>(sessionPaths["default-views"])).data,
    staleTime: STALE_MS,
  });
}

/** The roles whose lists open with a view. Only administrators may read them. */
export function useRoleDefaults(id: string): UseQueryResult<RoleDefaults> {
  const scope = useScope();
  return useQuery({ queryKey: [...scope, "role-defaults", id], queryFn: () => crm.views(id).roleDefault.get(), gcTime: 0 });
}

/** What can be done with views. The page shows the result when the server has answered. */
interface ViewActions {
  readonly create: (body: Schemas.CreateViewBody) => Promise<SavedView>;
  readonly update: (view: SavedView, body: Schemas.UpdateViewBody) => Promise<SavedView>;
  readonly remove: (id: string) => Promise<void>;
  readonly restore: (id: string) => Promise<void>;
  readonly setDefault: (id: string, isDefault: boolean) => Promise<void>;
  readonly setRoleDefaults: (id: string, body: RoleDefaults) => Promise<void>;
  readonly pin: (id: string, isPinned: boolean) => Promise<void>;
  readonly reorder: (change: (ids: readonly string[]) => string[]) => Promise<void>;
}

export function useViewActions(kind: string): ViewActions {
  const queries = useQueryClient();
  const scope = useScope();
  const refresh = (...names: string[]): Promise<unknown> =>
    Promise.all(names.map((name) => queries.invalidateQueries({ queryKey: [...scope, name] })));
  /** The list of views follows a write after a moment, so its copy is changed here. */
  const changeList = (change: (rows: readonly SavedViewRow[]) => readonly SavedViewRow[]): void =>
    queries.setQueryData<readonly SavedViewRow[]>([...scope, "views", kind], (rows) => rows && change(rows)) as undefined;
  const storeView = (view: SavedView): SavedView => {
    queries.setQueryData([...scope, "view", view.id], view);
    changeList((rows) => [view, ...rows.filter(({ id }) => id !== view.id)]);
    return view;
  };
  const storeFavorites = (favorites: FavoriteList): void => queries.setQueryData([...scope, "favorites"], favorites) as undefined;
  return {
    create: async (body) => {
      const view = storeView(await crm.views.create(body));
      storeFavorites(await crm.me.favorites.replace(view.id));
      return view;
    },
    update: async (view, body) => {
      const changed = storeView(await crm.views.update(view.id, body, { ifMatch: view.version }));
      await refresh("favorites");
      return changed;
    },
    remove: async (id) => {
      await crm.views.delete(id);
      changeList((rows) => rows.filter((row) => row.id !== id));
      await refresh("favorites", "default-views");
    },
    restore: async (id) => {
      storeView(await crm.views(id).restore());
      await refresh("favorites", "default-views");
    },
    setDefault: async (id, isDefault) => {
      const views: DefaultViews = await (isDefault ? crm.views(id).default.replace() : crm.views(id).default.delete());
      queries.setQueryData([...scope, "default-views"], views);
    },
    setRoleDefaults: async (id, body) => {
      await crm.views(id).roleDefault.replace(body);
      await refresh("default-views");
    },
    pin: async (id, isPinned) => storeFavorites(await (isPinned ? crm.me.favorites.replace(id) : crm.me.favorites.delete(id))),
    reorder: async (change) => {
      const before = await crm.me.favorites.get();
      const record_ids = change(before.record_ids);
      storeFavorites(await crm.me.favorites.replace({ record_ids }, { ifMatch: before.version }));
    },
  };
}
