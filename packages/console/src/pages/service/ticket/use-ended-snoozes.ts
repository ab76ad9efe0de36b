import { useEffect } from "react";
import { useNotificationActions, useNotifications } from "../../../frame/notifications/notification-data.ts";

const ENDED = { unread: "true", type: "ticket_snooze_ended" };

/** The tickets that came back from a snooze and that the user has not opened since. Opening one marks its notification as read. */
export function useEndedSnoozes(openedId: string | undefined): ReadonlySet<string> {
  const { data } = useNotifications(ENDED);
  const { markRead } = useNotificationActions();
  const unread = data?.pages.flatMap(({ rows }) => rows).filter(({ read_at }) => read_at === null) ?? [];
  const opened = unread.find(({ record_id }) => record_id === openedId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each notification
  useEffect(() => {
    if (opened) void markRead(opened);
  }, [opened?.id]);
  return new Set(unread.flatMap(({ record_id }) => record_id ?? []));
}
