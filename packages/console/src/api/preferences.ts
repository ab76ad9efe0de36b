import type { Client, Schemas } from "@crm/sdk/index.ts";
import { type UseQueryResult, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { crm, read } from "./client.ts";
import { useScope } from "./session.ts";
import { sessionPaths } from "./session-reads.ts";

/** The preferences of the signed-in user, the same in every browser (docs/platform/profile.md). */
export type Preferences = Awaited<ReturnType<Client["me"]["preferences"]["get"]>>;
export type Density = Preferences["density"];
export type StoredColumns = Preferences["columns"][string];
type PreferencesPatch = Partial<Omit<Preferences, "version" | "updated_at" | "links">>;

export function usePreferences(): UseQueryResult<Preferences> {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "preferences"],
    queryFn: async () => (await read<Preferences>(sessionPaths.preferences)).data,
    staleTime: 5 * 60_000,
  });
}

/** Merges a change as the server does: `columns` and `ui` by key. */
const mergePreferences = (before: Preferences, { columns, ui, ...patch }: PreferencesPatch): Preferences => ({
  ...before,
  ...patch,
  columns: { ...before.columns, ...columns },
  ui: { ...before.ui, ...ui },
});

/** Returns the function that changes preferences. The page shows the change at once; if the server refuses it, it shows the stored ones again. */
export function useChangePreferences(): (patch: PreferencesPatch) => Promise<void> {
  const queries = useQueryClient();
  const scope = useScope();
  // One after the other, so that an earlier change never comes after a later one.
  const { mutateAsync } = useMutation({
    scope: { id: "preferences" },
    mutationFn: (patch: PreferencesPatch) =>
      crm.me.preferences.update(patch as Schemas.UpdateMyPreferencesBody).then((preferences) => preferences),
  });
  return async (patch) => {
    const queryKey = [...scope, "preferences"];
    queries.setQueryData<Preferences>(queryKey, (before) => before && mergePreferences(before, patch));
    try {
      await mutateAsync(patch);
    } catch (error) {
      await queries.invalidateQueries({ queryKey });
      throw error;
    }
  };
}

/** Stores as which role the administrator views the data. The request itself is none of the view. */
export const storeViewedRole = async (view_as_role: string | null): Promise<void> => {
  await crm.request("PATCH", "/api/v1/me/preferences", { body: { view_as_role }, headers: { "x-view-as": "" } });
};
