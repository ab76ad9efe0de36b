import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { collectionOwner, isId } from "../../kernel/id.ts";
import { Page } from "../../kernel/page.ts";
import { registryName } from "../../kernel/registry.ts";
import { IdInput, instant, query as parameter } from "../../kernel/schema.ts";
import { toSingleLine } from "../../kernel/text-content.ts";
import { Counter } from "../../storage/read/counter.ts";
import { buildListQuery, list as listRecords, listSchema, MAX_READ_ROWS } from "../../storage/read/list.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { toIdBounds } from "../../storage/read/query-plan.ts";
import { Clocks } from "../../storage/scheduler/clocks.ts";
import { separateScope } from "../../storage/table/collection.ts";
import { recordKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction, WriteConflict } from "../../storage/write/transaction.ts";
import { requireCurrentUser } from "./current-user.ts";
import { type NotificationRecord, Notifications, Stored } from "./notification.entity.ts";
import { NOTIFICATION } from "./notification.kind.ts";
import { Settings } from "./settings.ts";

/** Notifications: visible only to their user, kept for 90 days. notifier.ts creates them from events. */

export const Info = Stored.omit({ unread_by: true, unread_since: true });

/** Seconds from its creation until a notification is deleted. */
export const LIFETIME_SECONDS = 90 * 24 * 60 * 60;

const isUnexpired = ({ expires_at }: NotificationRecord): boolean => expires_at > Clock.now();

/** Refuses ids of other users. A notification is created in its user's partition, so its id contains the user. */
function requireOwnId(id: string): string {
  if (!isId(id, NOTIFICATION) || collectionOwner(id) !== requireCurrentUser()) throw notFound();
  return id;
}

/** Builds a notification without writing it. */
export function buildNotification(
  id: string,
  fields: Pick<NotificationRecord, "type" | "title" | "body" | "record_kind" | "record_id" | "actor_id">,
): NotificationRecord {
  const user = collectionOwner(id);
  const now = Clock.now();
  const state = {
    user_id: user,
    unread_by: user,
    unread_since: now,
    read_at: null,
    expires_at: Clock.addSeconds(LIFETIME_SECONDS),
  };
  // Its id and place in lists come from the time of the event, which may have arrived late.
  return { ...Records.init(Notifications, { ...fields, title: toSingleLine(fields.title), ...state }, { id }), updated_at: now };
}

export const add = (tx: Transaction, notification: NotificationRecord): Transaction =>
  tx.create(Notifications, notification, () => new WriteConflict("The notification already exists"));

const filters = {
  unread: parameter
    .boolean()
    .refine((value) => value, "Must be true or omitted")
    .optional(),
  type: registryName("notifications").optional(),
};

export const list = fn(listSchema(Notifications, filters).omit({ deleted: true }), async ({ unread, ...rest }) => {
  const user = requireCurrentUser();
  const [{ rows, meta }, unreadCount] = await Promise.all([
    listRecords(Notifications, {
      ...buildListQuery(Notifications, { ...rest, ...(unread ? { unread: user } : {}) }),
      ...(unread ? {} : { personIds: [user] }),
    }),
    countUnread(user),
  ]);
  return new Page(rows.filter(isUnexpired), { ...meta, unread: unreadCount });
});

async function countUnread(user: string): Promise<number> {
  const scope = separateScope("unread", user);
  return Counter.sum(await Counter.read("notification", [scope]), [scope], Counter.LIVE);
}

export const get = fn(IdInput, async ({ id }) => {
  const notification = await Records.read(Notifications, requireOwnId(id));
  if (!isUnexpired(notification)) throw notFound();
  return notification;
});

const toRead = (notification: NotificationRecord): NotificationRecord =>
  notification.read_at ? notification : { ...notification, read_at: Clock.now(), unread_by: null, unread_since: null };

/** Marks as unread, also what is unread already: the new `unread_since` excludes it from a `markAllRead` that is under way. */
const toUnread = (notification: NotificationRecord): NotificationRecord => ({
  ...notification,
  read_at: null,
  unread_by: notification.user_id,
  unread_since: Clock.now(),
});

const updateMark = (id: string, mark: (notification: NotificationRecord) => NotificationRecord) =>
  Records.change(Notifications, requireOwnId(id), (current) => {
    if (!isUnexpired(current)) throw notFound();
    return mark(current);
  });

export const markRead = fn(IdInput, ({ id }) => updateMark(id, toRead));

export const markUnread = fn(IdInput, ({ id }) => updateMark(id, toUnread));

/** Deletes a notification permanently. The delivery log remains, so a repeated event does not create it again. */
export const remove = fn(IdInput, ({ id }) =>
  retryOnConflict(async () => {
    const notification = await Records.read(Notifications, requireOwnId(id));
    if (!isUnexpired(notification)) throw notFound();
    return buildDelete(notification).commit(null);
  }),
);

/** Deletes an expired notification; handles `notification.expiry_due`, which may arrive twice or late. */
export const expire = (id: string, due_at: string): Promise<void> =>
  retryOnConflict(async () => {
    const notification = await Clocks.loadDue(Notifications, id, "expiry", due_at);
    if (notification) await buildDelete(notification).commit(undefined);
  });

const buildDelete = ({ id, version }: NotificationRecord): Transaction =>
  transaction().delete(recordKey(useTenant(), id), {
    condition: "version = :read",
    values: { ":read": version },
    rejection: () => new WriteConflict(`${id} no longer has version ${version}`),
  });

export const MarkResult = z.object({
  count: z.number().int().describe("Number of notifications that this request set to read"),
  is_complete: z.boolean().describe("false: the rest is set to read later, without another request"),
});

/** As many as one transaction holds beside the settings and the stored answer of a request with an idempotency key. */
const MAX_PER_TRANSACTION = 98;

/**
 * Marks notifications as read that have been unread since an instant or longer. A watermark would be one write, but then each read would have to
 * count the unread ones. Instead each notification is marked, and the stream consumer counts it like any other change. The request marks as many as
 * fit into one transaction; the settings' events call further slices for the rest. Notifications that arrive or are marked unread after the instant
 * are not changed.
 */
export const markAllRead = fn(
  z.strictObject({
    up_to: instant({ day: "last" })
      .optional()
      .describe("Only notifications that have been unread since this time or earlier; defaults to now"),
  }),
  ({ up_to }) => {
    const user = requireCurrentUser();
    const now = Clock.now();
    const until = up_to !== undefined && up_to < now ? up_to : now;
    return retryOnConflict(async () => {
      const tx = transaction();
      const { count, more } = await markSome(tx, user, until);
      if (!more) return tx.commit({ count, is_complete: true });
      const settings = await Settings.load(user);
      const read_up_to = [settings?.read_up_to ?? until, until].sort().at(-1) as string;
      Settings.write(tx, user, settings, { read_up_to, turn: (settings?.turn ?? 0) + 1 });
      return tx.commit({ count, is_complete: false });
    });
  },
);

/** Runs one slice of marking; called for each `turn` of the settings, possibly twice or late. */
export const proceed = (settingsId: string): Promise<void> =>
  retryOnConflict(async () => {
    const user = collectionOwner(settingsId);
    const settings = await Settings.load(user);
    if (!settings?.read_up_to) return;
    const tx = transaction();
    const { more } = await markSome(tx, user, settings.read_up_to);
    Settings.write(tx, user, settings, more ? { turn: settings.turn + 1 } : { read_up_to: null });
    await tx.commit(undefined);
  });

/** Marks the newest notifications that have been unread since an instant, and returns whether there are more. */
async function markSome(tx: Transaction, user: string, until: string): Promise<{ count: number; more: boolean }> {
  const isMeant = ({ unread_since }: NotificationRecord): boolean => unread_since !== null && unread_since <= until;
  const partition = { index: "by_status" as const, facets: { unread_by: user }, ...toIdBounds(NOTIFICATION, { to: until }) };
  const ids: string[] = [];
  let rows = 0;
  for await (const row of queryPartitions(Notifications, [partition], {
    order: "desc",
    after: undefined,
    chunk: MAX_PER_TRANSACTION + 1,
  })) {
    const notification = Notifications.fromRow(row);
    if (isMeant(notification)) ids.push(notification.id);
    if (ids.length > MAX_PER_TRANSACTION || ++rows >= MAX_READ_ROWS) break;
  }
  // The index lags, so current records are read before they are marked.
  const current = await Records.loadMany(Notifications, ids.slice(0, MAX_PER_TRANSACTION), { live: true });
  const notifications = current.filter(
    (notification) => notification !== undefined && isMeant(notification),
  ) as NotificationRecord[];
  for (const notification of notifications)
    tx.replace(Notifications, notification, Records.nextVersion(notification, toRead(notification)));
  return { count: notifications.length, more: ids.length > MAX_PER_TRANSACTION };
}

/** Whether a notification from that time, in milliseconds, would have expired by now. */
export const isPast = (ms: number): boolean => ms + LIFETIME_SECONDS * 1000 <= Clock.ms();

export * as Notification from "./notification.ts";
