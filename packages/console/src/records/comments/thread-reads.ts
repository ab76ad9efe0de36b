import type { Page } from "@crm/sdk/index.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { read } from "../../api/client.ts";
import { findPages } from "../../api/page-manifest.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";

/** Reads the messages of a record, the newest first, as the manifest of its kind says. A page asks at the time when it reads the record, so that both are one request. */
export function useThread(kind: Kind, id: string) {
  const scope = useScope();
  const { list = "", messageKind = "", query = {} } = findPages(kind.kind).record?.thread ?? {};
  return useInfiniteQuery({
    queryKey: [...scope, "related", messageKind, "thread", id],
    initialPageParam: "",
    queryFn: async ({ pageParam }) => {
      const cursor = pageParam === "" ? {} : { cursor: pageParam };
      const { data, meta } = await read<ConsoleRecord[]>(`${kind.path}/${id}/${list}`, { ...query, ...cursor });
      return { data, meta: meta as unknown as Page<ConsoleRecord>["meta"] };
    },
    getNextPageParam: ({ meta }) => meta.next_cursor ?? undefined,
    enabled: list !== "",
  });
}
