import { Conversations } from "@crm/core/message/conversation.entity.ts";
import { Conversation } from "@crm/core/message/conversation.ts";
import { messageGrants } from "@crm/core/message/message.domain.ts";
import { Messages } from "@crm/core/message/message.entity.ts";
import { Message } from "@crm/core/message/message.ts";
import { Opened } from "@crm/core/message/opened.ts";
import { MessageStats } from "@crm/core/message/stats.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf } from "../http/operation.ts";
import { exporting } from "./files.ts";
import { linksOf } from "./links.ts";
import { listing } from "./listing.ts";

const { read, report, send } = messageGrants;
const tag = "Messages";

const ofMessage = { tag, links: linksOf(Messages) };
const message = { ...ofMessage, output: recordOf("Message", Message.Info), kind: "record" } as const;
const row = recordOf("MessageRow", Message.Row);

const ofConversation = { tag, links: linksOf(Conversations) };
const conversation = { ...ofConversation, output: recordOf("Conversation", Conversation.Info), kind: "record" } as const;

const operations = [
  ...listing({
    name: "listMessages",
    path: "/messages",
    access: read,
    summary: "List messages",
    verb: Message.list,
    output: row,
    ...ofMessage,
  }),
  exporting(
    "exportMessages",
    "messages",
    tag,
    read,
    Message.list.schema,
    async () => (await import("@crm/core/message/message.export.ts")).messages,
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
    verb: Opened.get,
    output: Opened.Info,
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
  ...listing({
    name: "listConversations",
    path: "/conversations",
    access: read,
    summary: "List conversations",
    verb: Conversation.list,
    output: recordOf("ConversationRow", Conversation.Row),
    ...ofConversation,
  }),
  exporting(
    "exportConversations",
    "conversations",
    tag,
    read,
    Conversation.list.schema,
    async () => (await import("@crm/core/message/message.export.ts")).conversations,
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
  ...listing({
    name: "listConversationMessages",
    path: "/conversations/{id}/messages",
    access: read,
    summary: "List what was said in a conversation",
    verb: Conversation.messages,
    output: row,
    ...ofMessage,
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

/** What is written to people, and what they write. */
export const conversations = serves(operations, { uses: ["domains"] });
