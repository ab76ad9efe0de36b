import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { crm } from "../data/client.ts";
import { useScope } from "../data/session.ts";
import { readErrors } from "../form/form-state.ts";
import { useText } from "../i18n/use-text.ts";
import { showToast } from "../kit/toast.tsx";
import { markInPage, type NotificationPage, type NotificationRow } from "./notification-page.ts";

const PATH = "/api/v1/notifications";
const MAX_LATEST = 10;
const PAGE_SIZE = 50;

const KEY = "notifications";

interface NotificationQuery {
  readonly unread?: string;
  readonly type?: string;
}

async function readPage(query: object, signal: AbortSignal): Promise<NotificationPage> {
  const { data, meta } = await crm.request<NotificationRow[]>("GET", PATH, { query, signal }).withResponse();
  return { rows: data, unread: Number(meta.unread ?? 0), nextCursor: (meta.next_cursor as string | null) ?? undefined };
}

/** The newest notifications of the user, and how many are unread. */
export function useLatestNotifications() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, KEY, "latest"],
    queryFn: ({ signal }) => readPage({ limit: MAX_LATEST }, signal),
  });
}

/** All notifications that match. They are loaded as far as the user scrolls. */
export function useNotifications(query: NotificationQuery) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: [...scope, KEY, "list", query],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      readPage({ ...query, limit: PAGE_SIZE, ...(pageParam === "" ? {} : { cursor: pageParam }) }, signal),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** Marks notifications. What is shown changes at once, and is read again after that. */
export function useNotificationActions() {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const latestKey = [...scope, KEY, "latest"];
  const run = async (request: () => PromiseLike<unknown>): Promise<void> => {
    try {
      await request();
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The notification could not be changed"), isError: true });
    }
    await queries.invalidateQueries({ queryKey: [...scope, KEY] });
  };
  const mark = (id: string | undefined, isRead: boolean): void => {
    const at = new Date().toISOString();
    queries.setQueryData<NotificationPage>(latestKey, (page) => page && markInPage(page, id, isRead, at));
    queries.setQueriesData<{ pages: NotificationPage[] }>(
      { queryKey: [...scope, KEY, "list"] },
      (list) => list && { ...list, pages: list.pages.map((page) => markInPage(page, id, isRead, at)) },
    );
  };
  return {
    markRead: ({ id, read_at }: NotificationRow): Promise<void> => {
      if (read_at !== null) return Promise.resolve();
      mark(id, true);
      return run(() => crm.request("POST", `${PATH}/${id}/read`, { body: {} }));
    },
    markUnread: ({ id }: NotificationRow): Promise<void> => {
      mark(id, false);
      return run(() => crm.request("POST", `${PATH}/${id}/unread`, { body: {} }));
    },
    markAllRead: (): Promise<void> => {
      mark(undefined, true);
      return run(() => crm.request("POST", `${PATH}/read-all`, { body: {} }));
    },
  };
}
