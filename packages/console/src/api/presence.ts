import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { crm } from "./client.ts";
import { useScope } from "./session.ts";

/** Another user who has the same record open. */
interface PresentUser {
  readonly user_id: string;
  readonly name: string | null;
  readonly is_editing: boolean;
}

const PATH = "/api/v1/presence";
const PRESENCE = "presence";
/** A heartbeat is valid for 45 seconds. */
const BEAT_MS = 15_000;

/** How many parts of the page show a record, and how many edit it. They share one heartbeat: the later of two would overwrite the earlier one. */
const [viewers, editors] = [new Map<string, number>(), new Map<string, number>()];

/** Counts a part of the page. Returns how many are left. */
function count(parts: Map<string, number>, record_id: string, change: 1 | -1): number {
  const left = (parts.get(record_id) ?? 0) + change;
  parts.set(record_id, left);
  return left;
}

/**
 * Tells that the user has a record open, or edits it, and returns who else does. Query stops the beats while the tab is hidden; the presence ends by itself then.
 */
export function usePresence(record_id: string, is_editing = false): readonly PresentUser[] {
  const scope = useScope();
  const queries = useQueryClient();
  const [tenant, user] = scope;
  const beatAgain = useCallback(
    () => void queries.refetchQueries({ queryKey: [tenant, user], predicate: isPresenceOf(record_id), type: "active" }),
    [queries, tenant, user, record_id],
  );
  // Before the first beat, so that it tells the edit.
  useEffect(() => {
    if (!is_editing) return undefined;
    if (count(editors, record_id, 1) === 1) beatAgain();
    return () => {
      if (count(editors, record_id, -1) === 0) beatAgain();
    };
  }, [record_id, is_editing, beatAgain]);
  const { data = [] } = useQuery({
    queryKey: [...scope, PRESENCE, record_id],
    queryFn: async ({ signal }) => {
      const body = { record_id, is_editing: (editors.get(record_id) ?? 0) > 0 };
      await crm.request("POST", PATH, { body, signal, retries: 0 });
      return await crm.request<PresentUser[]>("GET", PATH, { query: { record_id }, signal, retries: 0 });
    },
    refetchInterval: BEAT_MS,
    refetchIntervalInBackground: false,
    // Parts of the page that show the record later need no beat of their own.
    staleTime: BEAT_MS,
    gcTime: 0,
    retry: false,
  });
  useEffect(() => {
    count(viewers, record_id, 1);
    return () => {
      if (count(viewers, record_id, -1) > 0) return;
      crm.request("DELETE", PATH, { query: { record_id }, retries: 0 }).then(undefined, () => undefined);
    };
  }, [record_id]);
  return data;
}

const isPresenceOf =
  (record_id: string) =>
  ({ queryKey }: { readonly queryKey: readonly unknown[] }): boolean =>
    queryKey.includes(PRESENCE) && queryKey.includes(record_id);
