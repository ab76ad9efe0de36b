import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useTenant } from "../../kernel/context.ts";
import { notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { collectionOwner, isId } from "../../kernel/id.ts";
import { Page } from "../../kernel/page.ts";
import { registryName } from "../../kernel/registry.ts";
import { instant, query as parameter, text } from "../../kernel/schema.ts";
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
import { NOTIFICATION } from "./notification.domain.ts";
import { type NotificationRecord, Notifications, Stored } from "./notification.entity.ts";
import { Settings } from "./settings.ts";

/** What a user is told of: theirs alone, for 90 days. Made by platform/notification/notifier.ts from events. */

export const Info = Stored.omit({ unread_by: true, unread_since: true });

/** Seconds from the moment it is made until it goes. */
export const LIFETIME_SECONDS = 90 * 24 * 60 * 60;

const IdInput = z.strictObject({ id: text(64) });

const isUnexpired = ({ expires_at }: NotificationRecord): boolean => expires_at > Clock.now();

/** It is born in its user's collection, and so its id says whose it is. */
function requireOwnId(id: string): string {
  if (!isId(id, NOTIFICATION) || collectionOwner(id) !== requireCurrentUser()) throw notFound();
  return id;
}

/** A notification that is being made: not yet written. */
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
  // Told of the time of its event, by which it stands in lists, though the event may come late.
  return { ...Records.init(Notifications, { ...fields, ...state }, { id }), updated_at: now };
}

export const add = (tx: Transaction, notification: NotificationRecord): Transaction =>
  tx.create(Notifications, notification, () => new WriteConflict("The notification is there already"));

const filters = {
  unread: parameter
    .boolean()
    .refine((value) => value, "true, or left out")
    .optional(),
  type: registryName("notifications").optional(),
};

export const list = fn(listSchema(Notifications, filters).omit({ deleted: true }), async ({ unread, ...rest }) => {
  const user = requireCurrentUser();
  const [{ rows, meta }, left] = await Promise.all([
    listRecords(Notifications, {
      ...buildListQuery(Notifications, { ...rest, ...(unread ? { unread: user } : {}) }),
      ...(unread ? {} : { personIds: [user] }),
    }),
    countUnread(user),
  ]);
  return new Page(rows.filter(isUnexpired), { ...meta, unread: left });
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

/** Also of what is unread: so that marking all, which may be under way, passes it over. */
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

/** Takes it away for good: that it was told stays known, so an event that comes again does not bring it back. */
export const remove = fn(IdInput, ({ id }) =>
  retryOnConflict(async () => {
    const notification = await Records.read(Notifications, requireOwnId(id));
    if (!isUnexpired(notification)) throw notFound();
    return buildDelete(notification).commit(null);
  }),
);

/** Takes away what has had its time; at `notification.expiry_due`, twice and late too. */
export const expire = (id: string, due_at: string): Promise<void> =>
  retryOnConflict(async () => {
    const notification = await Clocks.loadDue(Notifications, id, "expiry", due_at);
    if (notification) await buildDelete(notification).commit(undefined);
  });

const buildDelete = ({ id, version }: NotificationRecord): Transaction =>
  transaction().delete(recordKey(useTenant(), id), {
    condition: "version = :read",
    values: { ":read": version },
    rejection: () => new WriteConflict(`${id} has another version than ${version}`),
  });

export const MarkResult = z.object({
  count: z.number().int().describe("How many this request has set to read"),
  is_complete: z.boolean().describe("false: the rest follows, and needs no further request"),
});

/** As many as a transaction takes beside the settings and the answer of a keyed request. */
const MAX_PER_TRANSACTION = 98;

/**
 * Marks what has been unread since an instant or longer. A watermark would be one write, but the number of the unread
 * would then have to be counted at each reading. So each is marked, and counted from the stream like any other change: as many
 * as fit into a transaction by the request itself, the rest by turns that the settings' events call. What is new, or was marked
 * as unread again, after the instant is left alone, however long that takes.
 */
export const markAllRead = fn(
  z.strictObject({ up_to: instant().optional().describe("What has been unread since then; now unless told otherwise") }),
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

/** A turn of marking; called for each turn that the settings say, twice and late too. */
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

/** Adds the newest of those that have been unread since an instant; whether there are more. */
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
  // The index lags: what it shows is marked as it is now.
  const current = await Records.loadMany(Notifications, ids.slice(0, MAX_PER_TRANSACTION), { live: true });
  const found = current.filter((each) => each !== undefined && isMeant(each)) as NotificationRecord[];
  for (const each of found) tx.replace(Notifications, each, Records.nextVersion(each, toRead(each)));
  return { count: found.length, more: ids.length > MAX_PER_TRANSACTION };
}

/** Whether what was told then, in milliseconds, would be gone by now. */
export const isPast = (ms: number): boolean => ms + LIFETIME_SECONDS * 1000 <= Clock.ms();

export * as Notification from "./notification.ts";
