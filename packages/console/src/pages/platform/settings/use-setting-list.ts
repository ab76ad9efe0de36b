import { useInfiniteQuery } from "@tanstack/react-query";
import { type ReadQuery, read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { useScope } from "../../../api/session.ts";

const PAGE_SIZE = 50;

/**
 * The rows of a list of settings. `kind` is the kind of the records, so that a change of one drops them (`useInvalidation`). The path is known, so the list
 * comes with the first request of the page.
 */
export function useSettingList<R = ConsoleRecord>(
  kind: string,
  path: string,
  query: ReadQuery = {},
  isEnabled = true,
  /** Milliseconds until these rows are read again; false: they stay. */
  findInterval: (rows: readonly R[]) => number | false = () => false,
) {
  const scope = useScope();
  const list = useInfiniteQuery({
    queryKey: [...scope, "list", kind, "settings", path, query],
    enabled: isEnabled,
    initialPageParam: "",
    queryFn: async ({ pageParam }) =>
      read<R[]>(path, { limit: PAGE_SIZE, ...query, ...(pageParam === "" ? {} : { cursor: pageParam }) }),
    getNextPageParam: ({ meta }) => (meta.next_cursor as string | null) ?? undefined,
    refetchInterval: ({ state }) => {
      const loaded = state.data as { readonly pages: readonly { readonly data: readonly R[] }[] } | undefined;
      return findInterval(loaded?.pages.flatMap(({ data }) => data) ?? []);
    },
  });
  return { list, rows: list.data?.pages.flatMap(({ data }) => data) ?? [] };
}
