import { formatBadge, markInPage, type NotificationRow } from "@crm/console/api/notification-page.ts";
import { expect, it } from "vitest";

const AT = "2026-11-27T10:30:00Z";

const row = (id: string, read_at: string | null): NotificationRow => ({
  id,
  created_at: "2026-11-27T10:00:00Z",
  type: "lead_assigned",
  title: id,
  body: null,
  record_kind: null,
  record_id: null,
  read_at,
});
const page = { rows: [row("a", null), row("b", "2026-11-26T00:00:00Z")], unread: 7, nextCursor: undefined };

it.each([
  ["a", true, [AT, "2026-11-26T00:00:00Z"], 6],
  // It is read already.
  ["b", true, [null, "2026-11-26T00:00:00Z"], 7],
  ["b", false, [null, null], 8],
  // Of another page: the next answer says how many are left.
  ["z", true, [null, "2026-11-26T00:00:00Z"], 7],
  [undefined, true, [AT, "2026-11-26T00:00:00Z"], 0],
])("marks %s as read: %j", (id, isRead, readAt, unread) => {
  const marked = markInPage(page, id, isRead, AT);
  expect([marked.rows.map(({ read_at }) => read_at), marked.unread]).toEqual([readAt, unread]);
});

it.each([
  [0, undefined],
  [-1, undefined],
  [1, "1"],
  [99, "99"],
  [100, "99+"],
])("writes %d unread as %s", (unread, badge) => {
  expect(formatBadge(unread, "en")).toBe(badge);
});
