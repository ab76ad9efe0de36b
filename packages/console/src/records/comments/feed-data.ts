import type { Schemas } from "@crm/sdk/index.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { read } from "../../api/client.ts";
import { listKinds } from "../../api/page-manifest.ts";
import { useScope } from "../../api/session.ts";

type FeedPage = Schemas.FeedPage;
export type FeedEntry = FeedPage["entries"][number];

/** Whose actions the feed shows: those on followed records, of the team, or of a user. */
export interface FeedFilter {
  readonly user?: string;
  readonly team?: string;
}

const PAGE_SIZE = 30;

/** Reads the feed. A page can be short although older entries follow. */
export function useFeed(filter: FeedFilter, isEnabled: boolean) {
  const scope = useScope();
  return useInfiniteQuery({
    // The feed is about these kinds: an event of one of them reads it again.
    queryKey: [...scope, "feed", filter, listKinds(({ isInFeed }) => isInFeed)],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam }) =>
      (await read<FeedPage>("/api/v1/feed", { ...filter, limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) })).data,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
    enabled: isEnabled,
  });
}
