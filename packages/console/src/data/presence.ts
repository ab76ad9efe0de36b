import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { crm } from "./client.ts";
import { useScope } from "./session.ts";

/** Another user who has the same record open. */
interface PresentUser {
  readonly user_id: string;
  readonly name: string | null;
  readonly is_editing: boolean;
}

const PATH = "/api/v1/presence";
/** A heartbeat is valid for 45 seconds. */
const BEAT_MS = 15_000;

/**
 * Tells that the user has a record open, or edits it, and returns who else does. Query stops the beats while the tab is hidden; the presence ends by itself then.
 */
export function usePresence(record_id: string, is_editing = false): readonly PresentUser[] {
  const scope = useScope();
  const { data = [] } = useQuery({
    queryKey: [...scope, "presence", record_id, is_editing],
    queryFn: async ({ signal }) => {
      await crm.request("POST", PATH, { body: { record_id, is_editing }, signal, retries: 0 });
      return await crm.request<PresentUser[]>("GET", PATH, { query: { record_id }, signal, retries: 0 });
    },
    refetchInterval: BEAT_MS,
    refetchIntervalInBackground: false,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  useEffect(
    () => () => {
      crm.request("DELETE", PATH, { query: { record_id }, retries: 0 }).then(undefined, () => undefined);
    },
    [record_id],
  );
  return data;
}
