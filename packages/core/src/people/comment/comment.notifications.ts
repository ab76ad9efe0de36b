import type { NotificationType } from "../../platform/notification/notification-type.ts";
import type { CommentRecord } from "./comment.entity.ts";

/** What users are told of comments. One comment may have many recipients, so a subscriber of its own delivers (comment.listener.ts). */

const forManyRecipients: NotificationType<CommentRecord> = { recipient: () => null, title: () => "", body: () => null };

export const mentioned = forManyRecipients;
export const added = forManyRecipients;

/** Names the author of a comment that no user wrote. */
export const UNNAMED_AUTHOR = "An API key";
