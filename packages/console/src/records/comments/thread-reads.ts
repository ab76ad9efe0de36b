import type { Page } from "@crm/sdk/index.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { read } from "../../api/client.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";

/** The messages of threads. A page asks for them at the time when it reads the record, so that both are one request. */

interface ThreadRead {
  /** The last part of the path. */
  readonly list: string;
  /** The kind of the messages, by which changes of others are noticed. */
  readonly messageKind: string;
  readonly query: Readonly<Record<string, string | number>>;
}

/** With their whole texts, the API lists 20 comments at a time. */
const comments: ThreadRead = {
  list: "comments",
  messageKind: "ticket_comment",
  query: { limit: 20, include: "body,attachment_ids,event,mentioned_ids", expand: "labels,mentioned" },
};
const messages: ThreadRead = { list: "messages", messageKind: "message", query: { limit: 30, expand: "labels" } };

function useThread(kind: Kind, id: string, { list, messageKind, query }: ThreadRead) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: [...scope, "related", messageKind, "thread", id],
    initialPageParam: "",
    queryFn: async ({ pageParam }) => {
      const cursor = pageParam === "" ? {} : { cursor: pageParam };
      const { data, meta } = await read<ConsoleRecord[]>(`${kind.path}/${id}/${list}`, { ...query, ...cursor });
      return { data, meta: meta as unknown as Page<ConsoleRecord>["meta"] };
    },
    getNextPageParam: ({ meta }) => meta.next_cursor ?? undefined,
  });
}

/** The comments of a ticket, the newest first. */
export const useComments = (kind: Kind, id: string) => useThread(kind, id, comments);

/** The messages of a conversation, the newest first. */
export const useMessages = (kind: Kind, id: string) => useThread(kind, id, messages);

interface ReadProps {
  readonly kind: Kind;
  readonly id: string;
}

/** Reads the comments of a ticket while its page is loading. */
export function CommentsRead({ kind, id }: ReadProps) {
  useComments(kind, id);
  return null;
}

/** Reads the messages of a conversation while its page is loading. */
export function MessagesRead({ kind, id }: ReadProps) {
  useMessages(kind, id);
  return null;
}
