import { useQuery, useQueryClient } from "@tanstack/react-query";
import { crm, read } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";
import { sessionPaths } from "../../../api/session-reads.ts";

type Settings = Readonly<Record<string, unknown>>;

/** The settings of the organization, such as whether rules decide about new records. They come with the session. */
export function useTenantSettings(): Settings | undefined {
  const scope = useScope();
  const { data } = useQuery({
    queryKey: [...scope, "tenant"],
    queryFn: async () => (await read<{ settings: Settings }>(sessionPaths.tenant)).data,
    staleTime: 5 * 60_000,
  });
  return data?.settings;
}

/** Returns the function that changes settings of the organization. */
export function useSettingsChange(): (settings: Settings) => Promise<void> {
  const scope = useScope();
  const queries = useQueryClient();
  return async (settings) => {
    await crm.request("PATCH", sessionPaths.tenant, { body: { settings } });
    await queries.invalidateQueries({ queryKey: [...scope, "tenant"] });
  };
}
