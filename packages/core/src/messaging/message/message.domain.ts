import { domain } from "../../kernel/domain.ts";
import { CONVERSATION, MESSAGE, MESSAGE_QUEUE, messageGrants } from "./message.kind.ts";

export const message = domain({
  name: "message",
  kinds: [MESSAGE, CONVERSATION, MESSAGE_QUEUE],
  layouts: { message: async () => (await import("./message.layout.ts")).message },
  grants: [messageGrants],
  authorities: {
    tracking: { rights: "visitor", basis: "request" },
  },
  subscribers: {
    "message-sending": {
      basis: "release",
      events: ["message.created", "message.advanced", "message_queue.turn_due"],
      isSliced: true,
      uses: ["domains", "web", "seal", "secrets:links", "secrets:lookups", "mailer", "bus", "objects:attachments:get"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        { actions: ["Query"], indexes: ["table", "by_date"] },
      ],
      load: async () => (await import("../delivery/queue-worker.ts")).onQueueEvent,
    },
    "message-mail": {
      basis: "release",
      events: ["inbound_mail.created"],
      uses: ["domains", "secrets:links", "secrets:lookups", "objects:mails:get"],
      table: [
        { actions: ["GetItem", "BatchGetItem", "PutItem", "UpdateItem"] },
        // The tenant's users and teams.
        { actions: ["Query"], indexes: ["table", "by_time"] },
      ],
      load: async () => (await import("../delivery/mail-bounce.ts")).onInboundMail,
    },
    "message-settling": {
      basis: "release",
      events: ["message.settle_due"],
      uses: ["domains", "web", "seal"],
      table: [{ actions: ["GetItem", "PutItem", "Query"] }],
      load: async () => (await import("../delivery/confirmation.ts")).onSettleDue,
    },
    "message-opens": {
      basis: "release",
      events: ["message.judge_due"],
      uses: ["domains"],
      table: [{ actions: ["GetItem", "BatchGetItem", "PutItem", "Query"] }],
      load: async () => (await import("../tracking/open-detection.ts")).onJudgeDue,
    },
  },
  notifications: {
    message_replied: {
      events: ["message.received"],
      load: async () => (await import("./message.notifications.ts")).replied,
    },
  },
  days: { messages: async () => (await import("./daily-figures.ts")).dailyFigures },
  exports: {
    messages: { read: messageGrants.read, load: async () => (await import("./message.ts")).listDefinition },
    conversations: { read: messageGrants.read, load: async () => (await import("./conversation.ts")).listDefinition },
  },
  webhookHandlers: {
    twilio: async () => (await import("../delivery/sms-webhooks.ts")).twilio,
    telnyx: async () => (await import("../delivery/sms-webhooks.ts")).telnyx,
    ses: async () => (await import("../delivery/mail-webhooks.ts")).ses,
  },
});
