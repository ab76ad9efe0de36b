import { buildConsoleUrl, buildRecordUrl } from "../../kernel/console-url.ts";
import { usePorts } from "../../kernel/context.ts";
import { collectionOwner, derivedId, idTime, isId } from "../../kernel/id.ts";
import { stripLinks } from "../../kernel/mail-sanitizer.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { UNOWNED } from "../../storage/read/counter.ts";
import { AuditTrail, entryId } from "../../storage/stream/audit-trail.ts";
import { completeEntries } from "../../storage/stream/audit-values.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { findKind, loadCollectionById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { IMPORT } from "../import/import.kind.ts";
import { isVisibleTo } from "../sign-in/actor-context.ts";
import { Link } from "../sign-in/mail-link.ts";
import { Directory } from "../user/directory.ts";
import { DeliveryLog } from "./delivery-log.ts";
import { NOTIFICATION } from "./notification.kind.ts";
import { Notification } from "./notification.ts";
import type { Channels } from "./settings.entity.ts";
import { Settings } from "./settings.ts";
import { findTypeForEvent } from "./type-registry.ts";

const MAX_FURTHER_RECIPIENTS = 50;

/**
 * Notifies users about an event. Events arrive at least once, and possibly late. The notification's id is derived from the event. It is sent only if
 * its reason still holds, to active users who see the record.
 */
export async function notifyRecipients(event: DomainEvent): Promise<void> {
  const typeEntry = findTypeForEvent(event.type);
  const { ms, note } = readOrigin(event);
  if (!typeEntry || Notification.isPast(ms)) return;
  const { name } = typeEntry;
  const type = await typeEntry.load();
  if (type.recipientField && !event.changed.includes(type.recipientField)) return;
  const changedRecord = await loadRecord(event.record_id);
  if (!changedRecord) return;
  const { record } = changedRecord;
  const became = await loadOwnedRecord(type.successorId?.(record) ?? null);
  const recipient = became?.owner ?? type.recipient(record);
  const further = (await type.furtherRecipients?.(record)) ?? [];
  const isNotified = (user: string | null): user is string =>
    user !== null && (user !== event.actor_id || type.includesActor === true);
  const users = new Set([recipient, ...further.slice(0, MAX_FURTHER_RECIPIENTS)].filter(isNotified));
  if (users.size === 0) return;
  if (type.recipientField && recipient && (await readWrittenValue(event, type.recipientField)) !== recipient) return;
  const subject = became ?? changedRecord;
  const message = {
    type: name,
    title: type.title(record),
    body: [type.body(record, became?.record), note].filter(Boolean).join("\n") || null,
    record_kind: subject.collection.name,
    record_id: subject.record.id,
    actor_id: event.actor_id,
  };
  for (const user of users)
    if (await canSee(user, subject))
      await deliver(notificationId(event, name, user), message, { channels: type.channels?.(record), page: type.page?.(record) });
}

type NotificationContent = Parameters<typeof Notification.buildNotification>[1];

/** Returns the same id for each delivery of the event. */
function notificationId(event: DomainEvent, name: string, user: string): string {
  const { ms, seed } = readOrigin(event);
  return derivedId(NOTIFICATION, ms, `${name}/${seed}`, user);
}

/** Returns the origin for which a user is notified once: the event, or the import for all records of one import. */
const readOrigin = ({ id, at, request_id }: DomainEvent): { ms: number; seed: string; note: string | null } =>
  isId(request_id, IMPORT)
    ? { ms: idTime(request_id), seed: request_id, note: "This was imported from a file, which may contain more records for you." }
    : { ms: Date.parse(at), seed: id, note: null };

/** Returns the value that the change itself wrote into a field, from its audit entry, which exists before the event is emitted. */
async function readWrittenValue({ record_id, version, at }: DomainEvent, field: string): Promise<unknown> {
  const entry = await Records.load(AuditTrail, entryId(record_id, version, at));
  const [completeEntry] = entry ? await completeEntries([entry], { fields: [field] }) : [];
  return completeEntry?.new_values?.[field];
}

interface LoadedRecord<R extends BaseRecord = BaseRecord> {
  collection: Collection<R>;
  record: R;
}

/** Loads a live record. The read is strongly consistent and the event follows its write, so a missing record was removed since, as by a restore. */
async function loadRecord(id: string): Promise<LoadedRecord | undefined> {
  const collection = await loadCollectionById(id);
  const record = collection && (await Records.load(collection, id, { live: true }));
  return record && { collection, record };
}

/** Loads a live record that has an owner. */
async function loadOwnedRecord(id: string | null): Promise<(LoadedRecord & { owner: string }) | undefined> {
  const loadedRecord = id === null ? undefined : await loadRecord(id);
  const owner = loadedRecord && (await findOwner(loadedRecord));
  return loadedRecord && owner !== undefined ? { ...loadedRecord, owner } : undefined;
}

/** Returns the owner of a record. A record that is visible with another one, such as an invoice with its order, has the owner of that one. */
async function findOwner({ collection, record }: LoadedRecord): Promise<string | undefined> {
  const owner = collection.ownerId(record);
  if (owner !== undefined) return owner === UNOWNED ? undefined : owner;
  const { visibleWith } = collection.definition;
  const parent = visibleWith === undefined ? undefined : await loadRecord(String(record[visibleWith]));
  return parent && findOwner(parent);
}

/** Whether the user is active and sees the record. */
export const canSee = <R extends BaseRecord>(user: string, { collection, record }: LoadedRecord<R>): Promise<boolean> =>
  isVisibleTo(user, collection, record);

interface DeliveryOptions {
  /** The channels, if the record decides them. */
  channels?: Channels | undefined;
  /** The path of the page to which the mail links; by default that of the record. */
  page?: string | undefined;
}

/**
 * Delivers a message once, by the channels that the user prefers. One transaction writes the delivery log and the notification. The mail is sent
 * afterwards, and again if it is not known to be sent. Its id stays the same, so a mail port that recognises ids sends it once.
 */
export async function deliver(id: string, message: NotificationContent, { channels, page }: DeliveryOptions = {}): Promise<void> {
  const { mail } = await retryOnConflict(async (): Promise<DeliveryLog.DeliveryLog> => {
    const entry = await DeliveryLog.find(id);
    if (entry) return entry;
    const { in_app, email } = channels ?? ((await Settings.loadPreferences(collectionOwner(id))).types[message.type] as Channels);
    if (!in_app && !email) return { mail: "none" };
    const telling = { mail: email ? "due" : "none" } as const;
    const tx = DeliveryLog.add(transaction(), id, telling, Notification.LIFETIME_SECONDS);
    if (in_app) Notification.add(tx, Notification.buildNotification(id, message));
    return tx.commit(telling);
  });
  if (mail === "due") await sendMail(id, message, page);
}

async function sendMail(
  id: string,
  { type, title, body, record_kind, record_id }: NotificationContent,
  page: string | undefined,
): Promise<void> {
  const { mail, origin } = usePorts();
  const to = await Directory.findEmail(collectionOwner(id));
  if (!to) return;
  const url = page !== undefined ? buildConsoleUrl(origin, page) : buildRecordUrl(origin, findKind(record_kind), record_id);
  const token = await Link.buildNotificationsToken({ id: collectionOwner(id), email: to });
  const choice = `${origin}/notification-preferences?token=${token}&type=${type}`;
  await mail.send({
    id,
    to,
    subject: stripLinks(title),
    text: `${[title, ...(body ?? "").split("\n")].filter(Boolean).map(stripLinks).join("\n")}\n\n${url}\n\nChoose which mails you receive: ${choice}\n`,
    // Lets mail programs unsubscribe with one click (RFC 8058).
    headers: { "List-Unsubscribe": `<${choice}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
  });
  await DeliveryLog.markSent(id);
}

/** Handles an event: deletes an expired notification, continues marking, or notifies a user. */
export async function onEvent(event: DomainEvent): Promise<void> {
  if (event.due_at !== undefined) return Notification.expire(event.record_id, event.due_at);
  return event.type === "notification_settings.continue_requested"
    ? Notification.proceed(event.record_id)
    : notifyRecipients(event);
}

export * as Notifier from "./notifier.ts";
