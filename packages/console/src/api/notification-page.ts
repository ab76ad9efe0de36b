import { formatCount } from "../ui/i18n/formatters.ts";
/** A notification of the user, and pages of them. */
export interface NotificationRow {
  readonly id: string;
  readonly created_at: string;
  readonly type: string;
  readonly title: string;
  readonly body: string | null;
  readonly record_kind: string | null;
  readonly record_id: string | null;
  readonly read_at: string | null;
}

export interface NotificationPage {
  readonly rows: readonly NotificationRow[];
  /** Of all notifications, not only of this page. */
  readonly unread: number;
  readonly nextCursor: string | undefined;
}

/** Reads the answer of the API to a list of notifications. */
export const toNotificationPage = (
  rows: readonly NotificationRow[],
  meta: Readonly<Record<string, unknown>>,
): NotificationPage => ({
  rows,
  unread: Number(meta.unread ?? 0),
  nextCursor: (meta.next_cursor as string | null) ?? undefined,
});

/** Returns a page after a notification, or all of them (`id` undefined), was marked. */
export function markInPage(page: NotificationPage, id: string | undefined, isRead: boolean, at: string): NotificationPage {
  const isChanged = (row: NotificationRow): boolean => (id === undefined || row.id === id) && (row.read_at !== null) !== isRead;
  const rows = page.rows.map((row) => (isChanged(row) ? { ...row, read_at: isRead ? at : null } : row));
  if (id === undefined) return { ...page, rows, unread: isRead ? 0 : page.unread };
  const count = page.rows.filter(isChanged).length;
  return { ...page, rows, unread: Math.max(0, page.unread + (isRead ? -count : count)) };
}

/** More than this is not counted out on a badge. */
const MAX_BADGE = 99;

/** Writes the number on a badge. Without unread notifications there is none. */
export function formatBadge(unread: number, locale: string): string | undefined {
  if (unread <= 0) return undefined;
  const number = formatCount(Math.min(unread, MAX_BADGE), locale);
  return unread > MAX_BADGE ? `${number}+` : number;
}
