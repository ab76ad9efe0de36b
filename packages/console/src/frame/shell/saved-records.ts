import type { Client } from "@crm/sdk/index.ts";
import { type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { crm, read } from "../../api/client.ts";
import { type KindSummary, listPath, recordPath } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { sessionPaths } from "../../api/session-reads.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { showToast } from "../../ui/kit/toast.tsx";
import { moveToFront, type SavedRecord } from "./saved-record.ts";

/** The records that the user opened last, and the favorites (docs/platform/profile.md). */

const STALE_MS = 5 * 60_000;
/** Users change them in other tabs. */
const FAVORITES_STALE_MS = 60_000;

/** Undefined until they are known. */
export function useRecentRecords(): readonly SavedRecord[] | undefined {
  const scope = useScope();
  const { data, isError } = useQuery({
    queryKey: [...scope, "recent"],
    queryFn: async () => (await read<SavedRecord[]>(sessionPaths.recent)).data,
    staleTime: STALE_MS,
  });
  return isError ? (data ?? []) : data;
}

export type FavoriteList = Awaited<ReturnType<Client["me"]["favorites"]["get"]>>;

/** The favorites with their version. */
export function useFavoriteList(): UseQueryResult<FavoriteList> {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "favorites"],
    queryFn: async () => (await read<FavoriteList>(sessionPaths.favorites)).data,
    staleTime: FAVORITES_STALE_MS,
  });
}

export const useFavorites = (): readonly SavedRecord[] => useFavoriteList().data?.records ?? [];

/** Tells the API that the user opened a record, and moves it to the front of the recent ones. */
export function useVisit(record: SavedRecord): void {
  const scope = useScope();
  const queries = useQueryClient();
  const [tenant, user] = scope;
  const { id, kind, title, path } = record;
  useEffect(() => {
    const visited = { id, kind, title, path };
    queries.setQueryData<readonly SavedRecord[]>([tenant, user, "recent"], (before) => before && moveToFront(before, visited));
    // A visit that is lost costs nothing: the next one is told again.
    crm.request("POST", "/api/v1/me/recent", { body: { record_id: id }, retries: 0 }).then(undefined, () => undefined);
  }, [queries, tenant, user, id, kind, title, path]);
}

/** Whether a record is a favorite, and the function that changes it. The star changes at once. */
export function useFavorite(record: SavedRecord): { readonly isFavorite: boolean; readonly toggle: () => Promise<void> } {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const favorites = useFavorites();
  const queryKey = [...scope, "favorites"];
  const isFavorite = favorites.some(({ id }) => id === record.id);
  const toggle = async (): Promise<void> => {
    const before = queries.getQueryData<FavoriteList>(queryKey);
    const records = isFavorite ? favorites.filter(({ id }) => id !== record.id) : [...favorites, record];
    queries.setQueryData(queryKey, { ...before, records });
    try {
      const list = await crm.request<FavoriteList>(isFavorite ? "DELETE" : "PUT", `/api/v1/me/favorites/${record.id}`);
      queries.setQueryData(queryKey, list);
    } catch (error) {
      queries.setQueryData(queryKey, before);
      showToast({ text: readErrors(error, t).form ?? t("The favorites could not be changed"), isError: true });
    }
  };
  return { isFavorite, toggle };
}

/** The page of a saved record. A view is the list of its kind. */
export function findAddress({ id, kind, view_kind }: SavedRecord, kinds: readonly KindSummary[]): string | undefined {
  const summary = kinds.find((candidate) => candidate.kind === (view_kind ?? kind));
  if (!summary) return undefined;
  return view_kind ? `${listPath(summary)}?view=${id}` : recordPath(summary, id);
}
