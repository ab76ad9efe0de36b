import { Conversations } from "@crm/core/messaging/message/conversation.entity.ts";
import { Conversation } from "@crm/core/messaging/message/conversation.ts";
import { Messages } from "@crm/core/messaging/message/message.entity.ts";
import { messageGrants } from "@crm/core/messaging/message/message.kind.ts";
import { Message } from "@crm/core/messaging/message/message.ts";
import { MessageStats } from "@crm/core/messaging/message/stats.ts";
import { MessageTracking } from "@crm/core/messaging/tracking/message-tracking.ts";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema } from "../../http/operation.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const { read, report, send } = messageGrants;
const tag = "Messages";

const messageOptions = { tag, links: linksFor(Messages) };
const message = { ...messageOptions, output: recordSchema("Message", Message.Info), kind: "record" } as const;
const row = recordSchema("MessageRow", Message.Row);

const conversationOptions = { tag, links: linksFor(Conversations) };
const conversation = { ...conversationOptions, output: recordSchema("Conversation", Conversation.Info), kind: "record" } as const;

const operations = [
  ...buildListOperations({
    name: "listMessages",
    path: "/messages",
    access: read,
    summary: "List messages",
    verb: Message.list,
    output: row,
    ...messageOptions,
  }),
  buildExportOperation(
    "exportMessages",
    "messages",
    tag,
    read,
    Message.list.schema,
    async () => (await import("@crm/core/messaging/message/message.export.ts")).messages,
  ),
  operation({
    name: "sendMessage",
    method: "POST",
    path: "/messages",
    access: send,
    summary: "Send a message",
    description:
      "It is written down, and goes out once: at once or at `send_at`, as soon as consent, quiet hours and limits let it. Its `status` says what became of it, " +
      "`held_reason` why it waits.",
    verb: Message.send,
    status: 202,
    ...message,
  }),
  operation({
    name: "getMessageStats",
    method: "GET",
    path: "/messages/stats",
    tag,
    access: report,
    summary: "Read what became of messages, by day",
    description: "Of all messages, in days of the tenant's time zone, 366 at most: so it is told to whoever sees all records.",
    verb: MessageStats.read,
    output: MessageStats.Info.meta({ id: "MessageStats" }),
  }),
  operation({
    name: "getMessage",
    method: "GET",
    path: "/messages/{id}",
    access: read,
    summary: "Read a message",
    verb: Message.get,
    ...message,
  }),
  operation({
    name: "getMessageOpens",
    method: "GET",
    path: "/messages/{id}/opens",
    tag,
    access: read,
    summary: "Read who opened a message and followed its links",
    description:
      "People, and apart from them proxies, scanners and other programs. Of one that is not tracked nothing is counted.",
    verb: MessageTracking.get,
    output: MessageTracking.Info,
  }),
  operation({
    name: "cancelMessage",
    method: "POST",
    path: "/messages/{id}/cancel",
    access: send,
    summary: "Take a message back that waits",
    description: "A 409 once somebody has it in hand.",
    verb: Message.cancel,
    ...message,
  }),
  ...buildListOperations({
    name: "listConversations",
    path: "/conversations",
    access: read,
    summary: "List conversations",
    verb: Conversation.list,
    output: recordSchema("ConversationRow", Conversation.Row),
    ...conversationOptions,
  }),
  buildExportOperation(
    "exportConversations",
    "conversations",
    tag,
    read,
    Conversation.list.schema,
    async () => (await import("@crm/core/messaging/message/message.export.ts")).conversations,
  ),
  operation({
    name: "getConversation",
    method: "GET",
    path: "/conversations/{id}",
    access: read,
    summary: "Read a conversation",
    verb: Conversation.get,
    ...conversation,
  }),
  ...buildListOperations({
    name: "listConversationMessages",
    path: "/conversations/{id}/messages",
    access: read,
    summary: "List what was said in a conversation",
    verb: Conversation.listMessages,
    output: row,
    ...messageOptions,
  }),
  operation({
    name: "assignConversation",
    method: "POST",
    path: "/conversations/{id}/assign",
    access: send,
    summary: "Say who answers in a conversation",
    verb: Conversation.assign,
    ...conversation,
  }),
  operation({
    name: "readConversation",
    method: "POST",
    path: "/conversations/{id}/read",
    access: read,
    summary: "Say that what came in was read",
    verb: Conversation.markRead,
    ...conversation,
  }),
] as const;

/** Messages to people, and their replies. */
export const conversations = defineApiFunction(operations, { uses: ["domains"] });
