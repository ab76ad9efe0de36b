import { Bell, Check, Mail } from "lucide-react";
import type { NotificationRow } from "../../api/notification-page.ts";
import { type KindSummary, recordPath, useKindIndex } from "../../api/schema.ts";
import { useNavigate } from "../../api/use-navigate.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { formatExact, formatRelative } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Link } from "../../ui/kit/link.tsx";
import { KindIcon } from "../shell/kind-icon.tsx";
import { useNotificationActions } from "./notification-data.ts";

interface NotificationListProps {
  readonly rows: readonly NotificationRow[];
  /** Called when the user opens the record of a notification. */
  readonly onOpen?: () => void;
}

/** Notifications, the newest first. The dot says that one is unread. */
export function NotificationList({ rows, onOpen }: NotificationListProps) {
  const { data: kinds = [] } = useKindIndex();
  return (
    <ul className="flex min-w-0 flex-col">
      {rows.map((row) => (
        <NotificationEntry key={row.id} row={row} kind={kinds.find(({ kind }) => kind === row.record_kind)} onOpen={onOpen} />
      ))}
    </ul>
  );
}

interface NotificationEntryProps {
  readonly row: NotificationRow;
  readonly kind: KindSummary | undefined;
  readonly onOpen: (() => void) | undefined;
}

function NotificationEntry({ row, kind, onOpen }: NotificationEntryProps) {
  const t = useText();
  const navigate = useNavigate();
  const options = useTextOptions();
  const { markRead, markUnread } = useNotificationActions();
  const isUnread = row.read_at === null;
  const address = kind && row.record_id !== null ? recordPath(kind, row.record_id) : undefined;
  const open = (): void => {
    void markRead(row);
    onOpen?.();
    if (address !== undefined) void navigate({ to: address });
  };
  return (
    <li className="flex min-w-0 items-start gap-3 px-4 py-2 hover:bg-hover">
      <span className="flex h-target shrink-0 items-center text-text-muted">
        {kind ? <KindIcon name={kind.icon} /> : <Bell />}
      </span>
      <div className="flex min-w-0 flex-1 flex-col">
        <span className="flex min-h-target min-w-0 items-center gap-2 text-control wrap-anywhere">
          <Link variant={isUnread ? "title" : "muted"} onPress={open} href={address}>
            {row.title}
          </Link>
          {isUnread ? <span role="img" aria-label={t("Unread")} className="size-dot shrink-0 rounded-full bg-accent" /> : null}
        </span>
        <span className="flex min-w-0 gap-2 text-meta text-text-muted">
          {row.body ? <span className="min-w-0 truncate">{row.body}</span> : null}
          <time dateTime={row.created_at} title={formatExact(row.created_at, options)} className="shrink-0">
            {formatRelative(row.created_at, new Date().toISOString(), options)}
          </time>
        </span>
      </div>
      <span className="flex shrink-0">
        <IconButton
          isSmall
          label={isUnread ? t("Mark as read") : t("Mark as unread")}
          icon={isUnread ? <Check /> : <Mail />}
          onPress={() => void (isUnread ? markRead(row) : markUnread(row))}
        />
      </span>
    </li>
  );
}
