import { useSearch } from "@tanstack/react-router";
import { CheckCheck } from "lucide-react";
import { useKind } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { Combobox } from "../../ui/kit/combobox.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { SegmentedControl } from "../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { LoadError } from "../shell/load-error.tsx";
import { useNotificationActions, useNotifications } from "./notification-data.ts";
import { NotificationList } from "./notification-list.tsx";

/** All notifications of the user, by state and type. The address holds the filters. */
export function NotificationsPage() {
  const t = useText();
  const navigate = useNavigate();
  const { unread, type } = useSearch({ strict: false }) as { readonly unread?: string; readonly type?: string };
  const filter = { ...(unread === "true" ? { unread } : {}), ...(type ? { type } : {}) };
  const list = useNotifications(filter);
  const { markAllRead } = useNotificationActions();
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? [];
  const hasUnread = (list.data?.pages[0]?.unread ?? 0) > 0;
  const change = (next: { readonly unread?: string; readonly type?: string }): void =>
    void navigate({ to: "/crm/notifications", search: next, replace: true });
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <div className="relative flex min-h-0 min-w-0 flex-1 flex-col overflow-auto">
      <div className="mx-auto flex w-full max-w-form min-w-0 flex-col gap-3 px-4 pb-8">
        <header className="flex min-h-page-head flex-wrap items-center gap-3 py-2">
          <h1 className="min-w-0 text-title font-semibold">{t("Notifications")}</h1>
          <span className="ms-auto">
            <Button icon={<CheckCheck />} isDisabled={!hasUnread} onPress={() => void markAllRead()}>
              {t("Mark all as read")}
            </Button>
          </span>
        </header>
        <div className="flex flex-wrap items-end gap-3">
          <SegmentedControl
            label={t("Which notifications")}
            segments={[
              { id: "all", label: t("All") },
              { id: "unread", label: t("Unread") },
            ]}
            value={unread === "true" ? "unread" : "all"}
            onChange={(id) => change({ ...(id === "unread" ? { unread: "true" } : {}), ...(type ? { type } : {}) })}
          />
          <TypeFilter
            value={type}
            onChange={(next) => change({ ...(unread ? { unread } : {}), ...(next ? { type: next } : {}) })}
          />
        </div>
        {list.isError ? <LoadError query={list} text={t("The notifications could not be loaded")} /> : null}
        {list.isPending ? <Skeleton shape="block" /> : null}
        {list.isSuccess && rows.length === 0 ? (
          isFiltered ? (
            <EmptyState
              kind="nothing-found"
              title={t("Nothing matches these filters")}
              action={<Button onPress={() => change({})}>{t("Clear the filters")}</Button>}
            />
          ) : (
            <EmptyState kind="empty" title={t("No notifications yet")}>
              {t("You are told here what others assign to you, and what is due.")}
            </EmptyState>
          )
        ) : null}
        {rows.length > 0 ? (
          <div className="rounded-card border border-border bg-surface py-1">
            <NotificationList rows={rows} />
          </div>
        ) : null}
        {list.hasNextPage ? (
          <span>
            <Button isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
              {t("Show earlier ones")}
            </Button>
          </span>
        ) : null}
      </div>
    </div>
  );
}

function TypeFilter({
  value,
  onChange,
}: {
  readonly value: string | undefined;
  readonly onChange: (type: string | undefined) => void;
}) {
  const t = useText();
  const { data: kind } = useKind("notification");
  const choices = kind?.fields.find(({ name }) => name === "type")?.choices ?? [];
  return (
    <Combobox
      label={t("Type")}
      placeholder={t("All types")}
      options={choices.map(({ code, name }) => ({ id: code, label: name }))}
      value={value ?? null}
      onChange={(id) => onChange(id === null ? undefined : String(id))}
    />
  );
}
