import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useTenant } from "../kernel/context.ts";
import { notFound } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { isId, ownerOf } from "../kernel/id.ts";
import { nameOf } from "../kernel/names.ts";
import { Page } from "../kernel/page.ts";
import { instant, query as parameter, text } from "../kernel/schema.ts";
import { Clocks } from "../storage/jobs/clocks.ts";
import { Counter } from "../storage/read/counter.ts";
import { list as listRecords, listSchema, MOST_READ, queryOf } from "../storage/read/list.ts";
import { timeBounds } from "../storage/read/plan.ts";
import { merged } from "../storage/read/scan.ts";
import { separateScope } from "../storage/table/collection.ts";
import { recordKey } from "../storage/table/key.ts";
import { Records } from "../storage/write/records.ts";
import { Moved, retryOnConflict, type Transaction, transaction } from "../storage/write/transaction.ts";
import { NOTIFICATION } from "./notification.domain.ts";
import { type NotificationRecord, Notifications, Stored } from "./notification.entity.ts";
import { self } from "./self.ts";
import { Settings } from "./settings.ts";

/** What a user is told of: theirs alone, for 90 days. Made by notification/notify.ts from events. */

export const Info = Stored.omit({ unread_by: true, unread_since: true });

/** Seconds from the moment it is made until it goes. */
export const LIFETIME = 90 * 24 * 60 * 60;

const One = z.strictObject({ id: text(64) });

const isThere = ({ expires_at }: NotificationRecord): boolean => expires_at > Clock.now();

/** It is born in its user's collection, and so its id says whose it is. */
function own(id: string): string {
  if (!isId(id, NOTIFICATION) || ownerOf(id) !== self()) throw notFound();
  return id;
}

/** A notification that is being made: not yet written. */
export function born(
  id: string,
  fields: Pick<NotificationRecord, "type" | "title" | "body" | "record_kind" | "record_id" | "actor_id">,
): NotificationRecord {
  const user = ownerOf(id);
  const now = Clock.now();
  const state = { user_id: user, unread_by: user, unread_since: now, read_at: null, expires_at: Clock.after(LIFETIME) };
  // Told of the time of its event, by which it stands in lists, though the event may come late.
  return { ...Records.born(Notifications, { ...fields, ...state }, { id }), updated_at: now };
}

export const add = (tx: Transaction, notification: NotificationRecord): Transaction =>
  tx.create(Notifications, notification, () => new Moved("The notification is there already"));

const filters = {
  unread: parameter
    .boolean()
    .refine((value) => value, "true, or left out")
    .optional(),
  type: nameOf("notifications").optional(),
};

export const list = fn(listSchema(Notifications, filters).omit({ deleted: true }), async ({ unread, ...rest }) => {
  const user = self();
  const [{ rows, meta }, left] = await Promise.all([
    listRecords(Notifications, {
      ...queryOf(Notifications, { ...rest, ...(unread ? { unread: user } : {}) }),
      ...(unread ? {} : { within: [user] }),
    }),
    unreadOf(user),
  ]);
  return new Page(rows.filter(isThere), { ...meta, unread: left });
});

async function unreadOf(user: string): Promise<number> {
  const scope = separateScope("unread", user);
  return Counter.sum(await Counter.read("notification", [scope]), [scope], Counter.LIVE);
}

export const get = fn(One, async ({ id }) => {
  const notification = await Records.read(Notifications, own(id));
  if (!isThere(notification)) throw notFound();
  return notification;
});

const asRead = (notification: NotificationRecord): NotificationRecord =>
  notification.read_at ? notification : { ...notification, read_at: Clock.now(), unread_by: null, unread_since: null };

/** Also of what is unread: so that marking all, which may be under way, passes it over. */
const asUnread = (notification: NotificationRecord): NotificationRecord => ({
  ...notification,
  read_at: null,
  unread_by: notification.user_id,
  unread_since: Clock.now(),
});

const marked = (id: string, mark: (notification: NotificationRecord) => NotificationRecord) =>
  Records.change(Notifications, own(id), (current) => {
    if (!isThere(current)) throw notFound();
    return mark(current);
  });

export const read = fn(One, ({ id }) => marked(id, asRead));

export const unread = fn(One, ({ id }) => marked(id, asUnread));

/** Takes it away for good: that it was told stays known, so an event that comes again does not bring it back. */
export const remove = fn(One, ({ id }) =>
  retryOnConflict(async () => {
    const notification = await Records.read(Notifications, own(id));
    if (!isThere(notification)) throw notFound();
    return removed(notification).commit(null);
  }),
);

/** Takes away what has had its time; at `notification.expiry_due`, twice and late too. */
export const expire = (id: string, due_at: string): Promise<void> =>
  retryOnConflict(async () => {
    const notification = await Clocks.standing(Notifications, id, "expiry", due_at);
    if (notification) await removed(notification).commit(undefined);
  });

const removed = ({ id, version }: NotificationRecord): Transaction =>
  transaction().delete(recordKey(useTenant(), id), {
    condition: "version = :read",
    values: { ":read": version },
    refused: () => new Moved(`${id} has another version than ${version}`),
  });

export const Marked = z.object({
  count: z.number().int().describe("How many this request has set to read"),
  is_complete: z.boolean().describe("false: the rest follows, and needs no further request"),
});

/** As many as a transaction takes beside the settings and the answer of a keyed request. */
const AT_ONCE = 98;

/**
 * Marks what has been unread since an instant or longer. A watermark would be one write, but the number of the unread
 * would then have to be counted at each reading. So each is marked, and counted from the stream like any other change: as many
 * as fit into a transaction by the request itself, the rest by turns that the settings' events call. What is new, or was marked
 * as unread again, after the instant is left alone, however long that takes.
 */
export const readAll = fn(
  z.strictObject({ up_to: instant().optional().describe("What has been unread since then; now unless told otherwise") }),
  ({ up_to }) => {
    const user = self();
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
    const user = ownerOf(settingsId);
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
  const partition = { index: "by_status" as const, facets: { unread_by: user }, ...timeBounds(NOTIFICATION, { to: until }) };
  const ids: string[] = [];
  let rows = 0;
  for await (const row of merged(Notifications, [partition], { order: "desc", after: undefined, chunk: AT_ONCE + 1 })) {
    const notification = Notifications.fromRow(row);
    if (isMeant(notification)) ids.push(notification.id);
    if (ids.length > AT_ONCE || ++rows >= MOST_READ) break;
  }
  // The index lags: what it shows is marked as it is now.
  const current = await Records.loadMany(Notifications, ids.slice(0, AT_ONCE), { live: true });
  const found = current.filter((each) => each !== undefined && isMeant(each)) as NotificationRecord[];
  for (const each of found) tx.replace(Notifications, each, Records.nextVersion(each, asRead(each)));
  return { count: found.length, more: ids.length > AT_ONCE };
}

/** Whether what was told then, in milliseconds, would be gone by now. */
export const isPast = (ms: number): boolean => ms + LIFETIME * 1000 <= Clock.ms();

export * as Notification from "./notification.ts";
