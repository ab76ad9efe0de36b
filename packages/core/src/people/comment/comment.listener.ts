import { limitConcurrency } from "../../kernel/concurrency.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { derivedId, isId } from "../../kernel/id.ts";
import { NOTIFICATION } from "../../platform/notification/notification.kind.ts";
import { Notification } from "../../platform/notification/notification.ts";
import { Notifier } from "../../platform/notification/notifier.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { UNOWNED } from "../../storage/read/counter.ts";
import { loadCollectionById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { listFollowers } from "../follow/follow.rules.ts";
import { FollowStore } from "../follow/follow-store.ts";
import { Audience } from "./audience.ts";
import { type CommentRecord, Comments } from "./comment.entity.ts";
import { UNNAMED_AUTHOR } from "./comment.notifications.ts";

/** Recipients that are served at a time. */
const CONCURRENCY = 8;

/**
 * Notifies the mentioned users of a comment, and the followers of its record. The ids of notifications are made of the comment and the
 * user. So an event that comes twice or late tells each user once, and an edit tells only those whom it mentions for the first time. Each
 * recipient must see the record at this moment.
 */
export async function onCommentWritten({ type, record_id }: DomainEvent): Promise<void> {
  const comment = await Records.load(Comments, record_id, { live: true });
  if (!comment || Notification.isPast(Date.parse(comment.created_at))) return;
  const collection = await loadCollectionById(comment.related_to_id);
  const record = collection && (await Records.resolveMerged(collection, comment.related_to_id));
  if (!record || record.deleted_at) return;
  const author = comment.created_by;
  const mentioned = (await Audience.listMentionedUsers(comment.mentioned_ids)).filter((user) => user !== author);
  await deliverAll("comment_mentioned", comment, record.id, mentioned);
  if (type !== "comment.created") return;
  if (isId(author, USER)) await FollowStore.addCommenter(record.id, author);
  const owner = collection.ownerId(record);
  const followers = listFollowers(await FollowStore.loadByRecord(record), owner === UNOWNED ? undefined : owner);
  const others = followers.map(({ user_id }) => user_id).filter((user) => user !== author && !mentioned.includes(user));
  await deliverAll("comment_added", comment, record.id, others);
}

type CommentNotification = "comment_mentioned" | "comment_added";

async function deliverAll(
  type: CommentNotification,
  comment: CommentRecord,
  record: string,
  users: readonly string[],
): Promise<void> {
  if (users.length === 0) return;
  const authors = await Directory.loadNames([comment.created_by]);
  const author = authors.get(comment.created_by) ?? UNNAMED_AUTHOR;
  const limited = limitConcurrency(CONCURRENCY);
  await Promise.all(users.map((user) => limited(() => deliver(type, comment, record, { user, author }))));
}

async function deliver(
  type: CommentNotification,
  comment: CommentRecord,
  record: string,
  { user, author }: { user: string; author: string },
): Promise<void> {
  const entry = await Audience.findEntryFor(user, record);
  if (!entry) return;
  const did = type === "comment_mentioned" ? "mentioned you" : "commented";
  const ms = Date.parse(comment.created_at);
  await Notifier.deliver(derivedId(NOTIFICATION, ms, `${type}/${comment.id}`, user), {
    type,
    title: `${author} ${did}: ${entry.title || entry.kind.replaceAll("_", " ")}`.slice(0, 300),
    body: comment.excerpt,
    record_kind: entry.kind,
    record_id: entry.id,
    actor_id: comment.created_by,
  });
}
