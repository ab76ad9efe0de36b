import { limitConcurrency } from "../../kernel/concurrency.ts";
import { derivedId } from "../../kernel/id.ts";
import { NOTIFICATION } from "../../platform/notification/notification.kind.ts";
import { Notifier } from "../../platform/notification/notifier.ts";
import { Availability } from "../../platform/user/availability.ts";
import { Directory } from "../../platform/user/directory.ts";
import { Audience } from "./audience.ts";
import { UNNAMED_AUTHOR } from "./comment.notifications.ts";

/** Notifications about a comment on a record, or a note on a ticket. */

/** Recipients that are served at a time. */
const CONCURRENCY = 8;

/** What a notification says of a comment. */
interface CommentNotice {
  id: string;
  created_at: string;
  created_by: string;
  excerpt: string;
}

/** Notifies the followers of a record of a comment on it. */
export const deliverAdded = (comment: CommentNotice, record: string, users: readonly string[]): Promise<void> =>
  deliverAll("comment_added", comment, record, new Map(users.map((user) => [user, "commented"])));

/**
 * Notifies the mentioned users of a comment, and the stand-ins of those who are away. Returns who was mentioned, without the author.
 */
export async function deliverMentions(
  comment: CommentNotice & { mentioned_ids: readonly string[] },
  record: string,
): Promise<readonly string[]> {
  const mentioned = (await Audience.listMentionedUsers(comment.mentioned_ids)).filter((user) => user !== comment.created_by);
  if (mentioned.length === 0) return mentioned;
  const standIns = [...(await Availability.findStandIns(mentioned))].filter(
    ([, standIn]) => standIn !== comment.created_by && !mentioned.includes(standIn),
  );
  const names = await Directory.loadNames(standIns.map(([absent]) => absent));
  await deliverAll(
    "comment_mentioned",
    comment,
    record,
    new Map([
      ...mentioned.map((user) => [user, "mentioned you"] as const),
      ...standIns.map(([absent, standIn]) => [standIn, `mentioned ${names.get(absent) ?? "a colleague"}, who is away`] as const),
    ]),
  );
  return mentioned;
}

type NoticeType = "comment_mentioned" | "comment_added";

/** Notifies users of a comment, each once and only if they may read the record at this moment. `users` says what the author did, by user. */
async function deliverAll(
  type: NoticeType,
  comment: CommentNotice,
  record: string,
  users: ReadonlyMap<string, string>,
): Promise<void> {
  if (users.size === 0) return;
  const authors = await Directory.loadNames([comment.created_by]);
  const author = authors.get(comment.created_by) ?? UNNAMED_AUTHOR;
  const limited = limitConcurrency(CONCURRENCY);
  await Promise.all(
    [...users].map(([user, did]) => limited(() => deliver(type, comment, record, { user, action: `${author} ${did}` }))),
  );
}

async function deliver(
  type: NoticeType,
  comment: CommentNotice,
  record: string,
  { user, action }: { user: string; action: string },
): Promise<void> {
  const entry = await Audience.findEntryFor(user, record);
  if (!entry) return;
  const ms = Date.parse(comment.created_at);
  await Notifier.deliver(derivedId(NOTIFICATION, ms, `${type}/${comment.id}`, user), {
    type,
    title: `${action}: ${entry.title || entry.kind.replaceAll("_", " ")}`.slice(0, 300),
    body: comment.excerpt,
    record_kind: entry.kind,
    record_id: entry.id,
    actor_id: comment.created_by,
  });
}
