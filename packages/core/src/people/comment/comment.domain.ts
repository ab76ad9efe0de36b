import { domain } from "../../kernel/domain.ts";
import { COMMENT, commentGrants, feedGrants } from "./comment.kind.ts";

export const comment = domain({
  name: "comment",
  kinds: [COMMENT],
  layouts: { comment: async () => (await import("./comment.layout.ts")).comment },
  grants: [commentGrants, feedGrants],
  bulk: {
    comment: {
      write: commentGrants.write,
      remove: commentGrants.write,
      load: async () => (await import("./comment.ts")).Comment,
    },
  },
  exports: { comments: { read: commentGrants.read, load: async () => (await import("./comment.ts")).listDefinition } },
  subscribers: {
    "comment-notices": {
      basis: "release",
      events: ["comment.created", "comment.edited"],
      uses: ["domains", "mail", "secrets:lookups", "secrets:links", "objects:records:get"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        // For the followers of the record, and for the users of the tenant, which decide who sees a record.
        { actions: ["Query"], indexes: ["table", "by_time"] },
      ],
      load: async () => (await import("./comment.listener.ts")).onCommentWritten,
    },
  },
  notifications: {
    comment_mentioned: { events: [], load: async () => (await import("./comment.notifications.ts")).mentioned },
    comment_added: { events: [], load: async () => (await import("./comment.notifications.ts")).added },
  },
});
