import { Conversations } from "@crm/core/messaging/message/conversation.entity.ts";
import { Conversation } from "@crm/core/messaging/message/conversation.ts";
import { Messages } from "@crm/core/messaging/message/message.entity.ts";
import { messageGrants } from "@crm/core/messaging/message/message.kind.ts";
import { Message } from "@crm/core/messaging/message/message.ts";
import { MessageStats } from "@crm/core/messaging/message/stats.ts";
import { WaitingMessage } from "@crm/core/messaging/message/waiting-message.ts";
import { MessageTracking } from "@crm/core/messaging/tracking/message-tracking.ts";
import { MailComposer } from "@crm/core/views/mail-composer.ts";
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
  buildExportOperation("exportMessages", "messages", tag, read, Message.listDefinition),
  operation({
    name: "sendMessage",
    method: "POST",
    path: "/messages",
    access: send,
    summary: "Send a message",
    description:
      "Stores the message and sends it once, immediately or at `send_at`, as soon as consent, quiet hours and limits allow it. `status` has the result, " +
      "`held_reason` the reason for waiting.",
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
    summary: "Read the results of messages by day",
    description: "Covers all messages, in days of the tenant's time zone, at most 366. Only for users who can see all records.",
    verb: MessageStats.read,
    output: MessageStats.Info.meta({ id: "MessageStats" }),
  }),
  operation({
    name: "getMailComposer",
    method: "GET",
    path: "/messages/composer",
    tag,
    access: send,
    summary: "Read what a mail about a record needs",
    description: "Recipients, mail accounts, the caller's signature, and the merge fields that have a value.",
    verb: MailComposer.load,
    output: MailComposer.Info.meta({ id: "MailComposer" }),
    inBatch: true,
  }),
  operation({
    name: "getMessage",
    method: "GET",
    path: "/messages/{id}",
    access: read,
    summary: "Read a message",
    description:
      "`opened_at` and `clicked_at` are as `GET /messages/{id}/opens` shows them; they are final about ten minutes after the open or click.",
    verb: MessageTracking.getMessage,
    ...message,
  }),
  operation({
    name: "changeMessage",
    method: "POST",
    path: "/messages/{id}/change",
    access: send,
    summary: "Change a message that waits",
    description:
      "Changes time, content, copies and files until the message is being sent (409). A message that a user wrote is changed by this user or an administrator.",
    dialog: {
      title: "Change waiting message",
      effect: "Empty fields stay as they are.",
      done: "{record} was changed.",
      preset: { send_at: "{send_at}", subject: "{subject}" },
      inputs: {
        send_at: { label: "Send at", isFirst: true },
        subject: { isFirst: true, visibleWhen: { channel: { eq: "email" } } },
        body: { label: "Text" },
        body_html: { isHidden: true },
        cc: { label: "Copies", visibleWhen: { channel: { eq: "email" } } },
        attachment_ids: { isHidden: true },
      },
    },
    verb: WaitingMessage.change,
    ...message,
  }),
  operation({
    name: "getMessageOpens",
    method: "GET",
    path: "/messages/{id}/opens",
    tag,
    access: read,
    summary: "Read the opens and link clicks of a message",
    description:
      "People are counted separately from proxies, scanners and other programs. A message without tracking has no counts.",
    verb: MessageTracking.get,
    output: MessageTracking.Info,
  }),
  operation({
    name: "cancelMessage",
    method: "POST",
    path: "/messages/{id}/cancel",
    access: send,
    summary: "Cancel a message that waits",
    description:
      "Returns 409 once the message is being sent. A message that a user wrote is cancelled by this user or an administrator.",
    verb: WaitingMessage.cancel,
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
  buildExportOperation("exportConversations", "conversations", tag, read, Conversation.listDefinition),
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
    summary: "List the messages of a conversation",
    verb: Conversation.listMessages,
    output: row,
    ...messageOptions,
  }),
  operation({
    name: "assignConversation",
    method: "POST",
    path: "/conversations/{id}/assign",
    access: send,
    summary: "Assign a conversation to a user",
    verb: Conversation.assign,
    ...conversation,
  }),
  operation({
    name: "linkConversation",
    method: "POST",
    path: "/conversations/{id}/link",
    access: send,
    summary: "Link a conversation to a customer",
    verb: Conversation.link,
    ...conversation,
  }),
  operation({
    name: "closeConversation",
    method: "POST",
    path: "/conversations/{id}/close",
    access: send,
    summary: "Close a conversation",
    description: "All messages count as read. The next message opens the conversation again.",
    verb: Conversation.close,
    ...conversation,
  }),
  operation({
    name: "reopenConversation",
    method: "POST",
    path: "/conversations/{id}/reopen",
    access: send,
    summary: "Reopen a conversation",
    verb: Conversation.reopen,
    ...conversation,
  }),
  operation({
    name: "readConversation",
    method: "POST",
    path: "/conversations/{id}/read",
    access: read,
    summary: "Mark the received messages of a conversation as read",
    verb: Conversation.markRead,
    ...conversation,
  }),
] as const;

/** Messages to people, and their replies. */
export const conversations = defineApiFunction(operations, { uses: ["domains"] });
