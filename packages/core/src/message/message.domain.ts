import { domain } from "../kernel/domain.ts";
import { kind } from "../kernel/id.ts";
import { everyone, grants, leaders } from "../kernel/permission.ts";

/** What was written to somebody, or by them: one for each, for good. */
export const MESSAGE = kind("message", "msg", {
  path: "/messages",
  load: () => import("./message.entity.ts"),
  shown: { icon: "send", title: "{body}" },
});

/** All messages between one address and one sender on a channel. */
export const CONVERSATION = kind("conversation", "cvn", {
  path: "/conversations",
  load: () => import("./conversation.entity.ts"),
  shown: { icon: "messages-square", title: "{address}" },
});

/** What waits to go out from one number, and who has it in hand. */
export const MESSAGE_QUEUE = kind("message_queue", "mqu", { derived: true, load: () => import("./queue.entity.ts") });

export const messageGrants = grants("message", {
  read: everyone,
  send: [...leaders, "SALES_REP", "SUPPORT_AGENT", "MARKETER", "USER"],
  /** What became of all messages, by day. */
  report: [...leaders, "MARKETER", "ANALYST"],
});

export const message = domain({
  name: "message",
  kinds: [MESSAGE, CONVERSATION, MESSAGE_QUEUE],
  grants: [messageGrants],
  listens: {
    "message-sending": {
      events: ["message.created", "message_queue.turn_due"],
      inTurns: true,
      uses: ["domains", "web", "seal", "secrets", "mailer", "bus"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        { actions: ["Query"], on: ["table", "by_date"] },
      ],
      load: async () => (await import("./sending.ts")).hear,
    },
    "message-mail": {
      events: ["inbound_mail.created"],
      uses: ["objects:mails:get"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        // Users and teams of the tenant.
        { actions: ["Query"], on: ["table", "by_time"] },
      ],
      load: async () => (await import("./incoming-mail.ts")).takeIn,
    },
    "message-settling": {
      events: ["message.settle_due"],
      uses: ["domains", "web", "seal"],
      table: [{ actions: ["GetItem", "PutItem", "Query"] }],
      load: async () => (await import("./settling.ts")).onSettle,
    },
    "message-opens": {
      events: ["message.judge_due"],
      uses: ["domains"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem", "Query"] }],
      load: async () => (await import("./tracking/judge.ts")).onJudge,
    },
  },
  days: { messages: async () => (await import("./daily.ts")).daily },
  exports: {
    messages: async () => (await import("./message.export.ts")).messages,
    conversations: async () => (await import("./message.export.ts")).conversations,
  },
  hooks: {
    twilio: async () => (await import("./hooks.ts")).twilio,
    telnyx: async () => (await import("./hooks.ts")).telnyx,
    ses: async () => (await import("./mail-hooks.ts")).ses,
  },
});
