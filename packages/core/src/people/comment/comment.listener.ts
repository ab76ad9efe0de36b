import type { DomainEvent } from "../../kernel/event.ts";
import { isId } from "../../kernel/id.ts";
import { Notification } from "../../platform/notification/notification.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { UNOWNED } from "../../storage/read/counter.ts";
import { loadCollectionById } from "../../storage/table/collection-registry.ts";
import { Records } from "../../storage/write/records.ts";
import { listFollowers } from "../follow/follow.rules.ts";
import { FollowStore } from "../follow/follow-store.ts";
import { Comments } from "./comment.entity.ts";
import { deliverAdded, deliverMentions } from "./comment-notice.ts";

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
  const mentioned = await deliverMentions(comment, record.id);
  if (type !== "comment.created") return;
  if (isId(author, USER)) await FollowStore.addCommenter(record.id, author);
  const owner = collection.ownerId(record);
  const followers = listFollowers(await FollowStore.loadByRecord(record), owner === UNOWNED ? undefined : owner);
  const others = followers.map(({ user_id }) => user_id).filter((user) => user !== author && !mentioned.includes(user));
  await deliverAdded(comment, record.id, others);
}
