import { IMPORT } from "../import/import.domain.ts";
import { usePorts } from "../kernel/context.ts";
import { derivedId, isId, ownerOf, timeOf } from "../kernel/id.ts";
import { unlinked } from "../kernel/mail-text.ts";
import type { DomainEvent } from "../kernel/ports.ts";
import { isSeenBy } from "../sign-in/acting.ts";
import { Link } from "../sign-in/link.ts";
import { AuditTrail, entryId } from "../storage/project/audit.ts";
import { wholeEntries } from "../storage/project/audit-values.ts";
import { UNOWNED } from "../storage/read/counter.ts";
import type { BaseRecord, Collection } from "../storage/table/collection.ts";
import { collectionOfId, kindNamed } from "../storage/table/collections.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { Directory } from "../user/directory.ts";
import { NOTIFICATION } from "./notification.domain.ts";
import { Notification } from "./notification.ts";
import type { Channels } from "./settings.entity.ts";
import { Settings } from "./settings.ts";
import { Told } from "./told.ts";
import { typeOf } from "./types.ts";

/**
 * Tells a user what an event says that concerns them. Events come at least once, and late: what is told has an id made of the
 * event, and is told if it still holds, to an active user who sees the record.
 */
export async function tell(event: DomainEvent): Promise<void> {
  const told = typeOf(event.type);
  const { ms, note } = originOf(event);
  if (!told || Notification.isPast(ms)) return;
  const { name } = told;
  const type = await told.load();
  if (type.chosenBy && !event.changed.includes(type.chosenBy)) return;
  const changed = await found(event.record_id);
  if (!changed) return;
  const { record } = changed;
  const became = await owned(type.became?.(record) ?? null);
  const user = became?.owner ?? type.recipient(record);
  if (!user || (user === event.actor_id && !type.tellsActor)) return;
  if (type.chosenBy && (await written(event, type.chosenBy)) !== user) return;
  const about = became ?? changed;
  if (!(await sees(user, about))) return;
  const message = {
    type: name,
    title: type.title(record),
    body: [type.body(record), note].filter(Boolean).join("\n") || null,
    record_kind: about.collection.name,
    record_id: about.record.id,
    actor_id: event.actor_id,
  };
  await deliver(idOf(event, name, user), message, type.channels?.(record));
}

type Message = Parameters<typeof Notification.born>[1];

/** The same for each delivery of the event. */
function idOf(event: DomainEvent, name: string, user: string): string {
  const { ms, seed } = originOf(event);
  return derivedId(NOTIFICATION, ms, `${name}/${seed}`, user);
}

/** What a user is told once for: the event; of all that a file brings in, the import. */
const originOf = ({ id, at, request_id }: DomainEvent): { ms: number; seed: string; note: string | null } =>
  isId(request_id, IMPORT)
    ? { ms: timeOf(request_id), seed: request_id, note: "It came in with a file, which may have brought you more." }
    : { ms: Date.parse(at), seed: id, note: null };

/** What the change itself wrote into a field: its audit entry tells, which is there before the event is. */
async function written({ record_id, version, at }: DomainEvent, field: string): Promise<unknown> {
  const entry = await Records.load(AuditTrail, entryId(record_id, version, at));
  const [whole] = entry ? await wholeEntries([entry], [field]) : [];
  return whole?.new_values?.[field];
}

interface Found {
  collection: Collection<BaseRecord>;
  record: BaseRecord;
}

/** A live record. Strongly consistent, and an event leaves behind its write: what is not there was taken back, as by a restore. */
async function found(id: string): Promise<Found | undefined> {
  const collection = await collectionOfId(id);
  const record = collection && (await Records.load(collection, id, { live: true }));
  return record && { collection, record };
}

/** A live record that somebody owns. */
async function owned(id: string | null): Promise<(Found & { owner: string }) | undefined> {
  const there = id === null ? undefined : await found(id);
  const owner = there?.collection.ownerOf(there.record) ?? UNOWNED;
  return there && owner !== UNOWNED ? { ...there, owner } : undefined;
}

/** Whether the user is active, and sees the record. */
export const sees = (user: string, { collection, record }: Found): Promise<boolean> => isSeenBy(user, collection, record);

/**
 * Tells by the channels that the user prefers, once: a transaction says that it was told, together with what stands in the list.
 * A mail goes out behind it, and again where it is not known that it went; its id is the same then, and a mail
 * port that can sends it once.
 */
export async function deliver(id: string, message: Message, channels?: Channels): Promise<void> {
  const { mail } = await retryOnConflict(async (): Promise<Told.Told> => {
    const told = await Told.find(id);
    if (told) return told;
    const { in_app, email } = channels ?? ((await Settings.preferencesOf(ownerOf(id))).types[message.type] as Channels);
    if (!in_app && !email) return { mail: "none" };
    const telling = { mail: email ? "due" : "none" } as const;
    const tx = Told.add(transaction(), id, telling, Notification.LIFETIME);
    if (in_app) Notification.add(tx, Notification.born(id, message));
    return tx.commit(telling);
  });
  if (mail === "due") await send(id, message);
}

async function send(id: string, { type, title, body, record_kind, record_id }: Message): Promise<void> {
  const { mail, origin } = usePorts();
  const to = await Directory.emailOf(ownerOf(id));
  if (!to) return;
  const url = `${origin}${kindNamed(record_kind)?.path}/${record_id}`;
  const token = await Link.ofNotifications({ id: ownerOf(id), email: to });
  const choice = `${origin}/notification-preferences?token=${token}&type=${type}`;
  await mail.send({
    id,
    to,
    subject: unlinked(title),
    text: `${[title, ...(body ?? "").split("\n")].filter(Boolean).map(unlinked).join("\n")}\n\n${url}\n\nWhich mails you get: ${choice}\n`,
    // One press of a button in a mail program is enough (RFC 8058).
    headers: { "List-Unsubscribe": `<${choice}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
  });
  await Told.sent(id);
}

/** What an event means for users: it tells them something, or asks that marking goes on. */
export async function hear(event: DomainEvent): Promise<void> {
  if (event.due_at !== undefined) return Notification.expire(event.record_id, event.due_at);
  return event.type === "notification_settings.continue_requested" ? Notification.proceed(event.record_id) : tell(event);
}

export * as Notify from "./notify.ts";
