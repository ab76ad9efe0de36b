import { useQuery } from "@tanstack/react-query";
import { crm } from "../../api/client.ts";
import { useScope } from "../../api/session.ts";
import { type BulkChange, isRunning } from "../rows/bulk-rules.ts";
import { CHANGES_PATH } from "./use-bulk-jobs.ts";

const POLL_MS = 800;

/** A bulk change with its counts, read again until it ends. */
export function useBulkChange(id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "bulk-change", id],
    queryFn: ({ signal }) => crm.request<BulkChange>("GET", `${CHANGES_PATH}/${id}`, { signal }).then((change) => change),
    refetchInterval: ({ state }) => (state.data === undefined || isRunning(state.data) ? POLL_MS : false),
  });
}
