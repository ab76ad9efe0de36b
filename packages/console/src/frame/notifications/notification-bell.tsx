import { Bell, CheckCheck } from "lucide-react";
import { formatBadge } from "../../api/notification-page.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { useText } from "../../ui/i18n/use-text.ts";
import { Badge } from "../../ui/kit/badge.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { PopoverPanel } from "../../ui/kit/popover-panel.tsx";
import { useLatestNotifications, useNotificationActions } from "./notification-data.ts";
import { NotificationList } from "./notification-list.tsx";

/** The number on the bell. */
function useUnreadBadge(): string | undefined {
  const { locale } = useTextOptions();
  const { data } = useLatestNotifications();
  return formatBadge(data?.unread ?? 0, locale);
}

/** The bell of the top bar: how many notifications are unread, and the newest ones. */
export function NotificationBell() {
  const t = useText();
  const badge = useUnreadBadge();
  const { data } = useLatestNotifications();
  const { markAllRead } = useNotificationActions();
  const label = badge === undefined ? t("Notifications") : t("Notifications, {count} unread", { count: badge });
  return (
    <PopoverPanel label={t("Notifications")} trigger={<IconButton label={label} icon={<Badge text={badge}>{<Bell />}</Badge>} />}>
      {(close) => (
        <>
          <header className="flex shrink-0 items-center gap-2 border-b border-border py-2 ps-4 pe-2">
            <h2 className="min-w-0 flex-1 text-body font-semibold">{t("Notifications")}</h2>
            <Button
              isSmall
              variant="quiet"
              icon={<CheckCheck />}
              isDisabled={badge === undefined}
              onPress={() => void markAllRead()}
            >
              {t("Mark all as read")}
            </Button>
          </header>
          <div className="min-h-0 flex-1 overflow-auto">
            {data?.rows.length === 0 ? (
              <EmptyState kind="empty" title={t("No notifications yet")}>
                {t("You are told here what others assign to you, and what is due.")}
              </EmptyState>
            ) : (
              <NotificationList rows={data?.rows ?? []} onOpen={close} />
            )}
          </div>
          <footer className="flex h-top-bar shrink-0 items-center border-t border-border px-4 text-control">
            <Link variant="muted" href="/crm/notifications" onPress={close}>
              {t("All notifications")}
            </Link>
          </footer>
        </>
      )}
    </PopoverPanel>
  );
}
