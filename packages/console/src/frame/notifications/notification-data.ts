import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { crm, type ReadQuery, read } from "../../api/client.ts";
import { markInPage, type NotificationPage, type NotificationRow, toNotificationPage } from "../../api/notification-page.ts";
import { useScope } from "../../api/session.ts";
import { latestNotifications } from "../../api/session-reads.ts";
import { readErrors } from "../../input/form/form-state.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { showToast } from "../../ui/kit/toast.tsx";

const PAGE_SIZE = 50;

const { path: PATH, query: LATEST } = latestNotifications;
const [KEY] = latestNotifications.key;

type NotificationQuery = { readonly unread?: string; readonly type?: string };

async function readPage(query: ReadQuery): Promise<NotificationPage> {
  const { data, meta } = await read<NotificationRow[]>(PATH, query);
  return toNotificationPage(data, meta);
}

/** The newest notifications of the user, and how many are unread. */
export function useLatestNotifications() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, ...latestNotifications.key],
    queryFn: () => readPage(LATEST),
  });
}

/** All notifications that match. They are loaded as far as the user scrolls. */
export function useNotifications(query: NotificationQuery) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: [...scope, KEY, "list", query],
    initialPageParam: "",
    queryFn: ({ pageParam }) => readPage({ ...query, limit: PAGE_SIZE, ...(pageParam === "" ? {} : { cursor: pageParam }) }),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
}

/** Marks notifications. What is shown changes at once, and is read again after that. */
export function useNotificationActions() {
  const t = useText();
  const scope = useScope();
  const queries = useQueryClient();
  const latestKey = [...scope, ...latestNotifications.key];
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
