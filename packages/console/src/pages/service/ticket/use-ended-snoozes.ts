import { useEffect, useState } from "react";
import { useNotificationActions, useNotifications } from "../../../frame/notifications/notification-data.ts";

const ENDED = { unread: "true", type: "ticket_snooze_ended" };

interface EndedSnoozes {
  /** The tickets that came back and that the user has not opened since. */
  readonly unopenedIds: ReadonlySet<string>;
  /** These, and those that were opened since the desk is shown: they keep their place. */
  readonly placedIds: ReadonlySet<string>;
}

/** The tickets that came back from a snooze. Opening one marks its notification as read. */
export function useEndedSnoozes(openedId: string | undefined): EndedSnoozes {
  const { data } = useNotifications(ENDED);
  const { markRead } = useNotificationActions();
  const unread = data?.pages.flatMap(({ rows }) => rows).filter(({ read_at }) => read_at === null) ?? [];
  const opened = unread.find(({ record_id }) => record_id === openedId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each notification
  useEffect(() => {
    if (opened) void markRead(opened);
  }, [opened?.id]);
  const unopenedIds = new Set(unread.flatMap(({ record_id }) => record_id ?? []));
  const [placedIds, setPlacedIds] = useState<ReadonlySet<string>>(new Set());
  if ([...unopenedIds].some((id) => !placedIds.has(id))) setPlacedIds(new Set([...placedIds, ...unopenedIds]));
  return { unopenedIds, placedIds };
}
