import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { read } from "./client.ts";
import { createPolledConnection, type FeedPart } from "./live.ts";
import { type FeedEvent, isAffected, isShort } from "./live-changes.ts";
import { createBrowserPorts } from "./live-ports.ts";
import { useScope } from "./session.ts";

const PAGE_SIZE = 100;

async function readEvents(after: string): Promise<FeedPart> {
  const { data, meta } = await read<FeedEvent[]>("/api/v1/events", { limit: PAGE_SIZE, ...(after === "" ? {} : { after }) });
  return { events: data, after: (meta.after as string | null) ?? null, hasMore: meta.next_cursor !== null };
}

/** Reads cached data again that others have changed. The shell calls it once. */
export function useLive(): void {
  const queries = useQueryClient();
  const [tenant, user] = useScope();
  useEffect(() => {
    const connection = createPolledConnection(createBrowserPorts(`${tenant} ${user}`, readEvents));
    return connection.listen((changes) => {
      const isConcerned = (key: readonly unknown[]): boolean =>
        key[0] === tenant && key[1] === user && isAffected(key.slice(2), changes);
      void queries.invalidateQueries({ predicate: ({ queryKey }) => isConcerned(queryKey), refetchType: "none" });
      void queries.refetchQueries({
        predicate: ({ queryKey, state }) => isConcerned(queryKey) && isShort(state.data),
        type: "active",
      });
    });
  }, [queries, tenant, user]);
}
