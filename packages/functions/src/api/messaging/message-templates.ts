import { Messages } from "@crm/core/messaging/message/message.entity.ts";
import { messageGrants } from "@crm/core/messaging/message/message.kind.ts";
import { Message } from "@crm/core/messaging/message/message.ts";
import { TemplateTest } from "@crm/core/messaging/message/template-test.ts";
import { MessageTemplates } from "@crm/core/messaging/template/message-template.entity.ts";
import { messageTemplateGrants } from "@crm/core/messaging/template/message-template.kind.ts";
import { MessageTemplate } from "@crm/core/messaging/template/message-template.ts";
import * as z from "zod";
import { defineApiFunction } from "../../http/api-function.ts";
import { operation, recordSchema, rowSchema } from "../../http/operation.ts";
import { emailSends } from "../engagement/email-sends.ts";
import { crud } from "../shared/crud.ts";
import { buildExportOperation } from "../shared/file-operations.ts";
import { linksFor, linksFrom } from "../shared/links.ts";
import { mailImageOperations } from "./mail-images.ts";

const { read, write } = messageTemplateGrants;
const tag = "Message templates";

const operations = [
  operation({
    name: "listMailStarters",
    method: "GET",
    path: "/message-templates/starters",
    tag,
    access: read,
    summary: "List layouts from which a mail can start",
    verb: MessageTemplate.listStarters,
    output: z.array(MessageTemplate.Starter.meta({ id: "MailStarter" })),
  }),
  ...crud({
    noun: "MessageTemplate",
    plural: "MessageTemplates",
    tag,
    path: "/message-templates",
    read,
    write,
    remove: write,
    domain: MessageTemplate,
    output: recordSchema("MessageTemplate", MessageTemplate.Info),
    row: recordSchema("MessageTemplateRow", MessageTemplate.Row),
    links: linksFor(MessageTemplates),
  }),
  operation({
    name: "previewMessageTemplate",
    method: "POST",
    path: "/message-templates/{id}/preview",
    tag,
    access: read,
    summary: "Preview a message as it would be sent",
    description:
      "For a record that the caller can see, or with sample values. `subject`, `blocks` and `language` show changes that are not saved yet. " +
      "Nothing is stored.",
    verb: MessageTemplate.preview,
    output: MessageTemplate.Preview,
    onlyReads: true,
    keyed: false,
  }),
  operation({
    name: "checkMessageTemplate",
    method: "POST",
    path: "/message-templates/{id}/check",
    tag,
    access: write,
    summary: "Check a template before it is sent",
    description:
      "Finds merge fields without a value, addresses that do not answer, images without a text, a missing postal address or link to " +
      "unsubscribe, and a mail that is too large. Nothing is stored.",
    verb: MessageTemplate.check,
    keyspaces: ["throttle"],
    output: MessageTemplate.CheckResult,
    onlyReads: true,
    keyed: false,
  }),
  operation({
    name: "testMessageTemplate",
    method: "POST",
    path: "/message-templates/{id}/test",
    tag,
    access: messageGrants.send,
    summary: "Send a test of a template to a user",
    description:
      "To the caller or another user of the tenant, for a record that the caller can see or with sample values. The subject or the SMS text " +
      "begins with [Test]. A test is exempt from sending limits and is not counted. A merge field without a value is rejected.",
    dialog: {
      title: "Send test",
      effect: "You get a message with sample values, or another user does.",
      done: "A test of {record} was sent.",
      inputs: {
        related_to_id: { isHidden: true },
        merge: { isHidden: true },
        sample: { isHidden: true },
        sender_id: { record: "mail_account", visibleWhen: { channel: { ne: "SMS" } } },
      },
    },
    verb: TemplateTest.send,
    keyspaces: ["throttle"],
    status: 202,
    output: recordSchema("Message", Message.Info),
    links: linksFor(Messages),
    kind: "record",
  }),
  operation({
    name: "listTemplateRevisions",
    method: "GET",
    path: "/message-templates/{id}/revisions",
    tag,
    access: read,
    summary: "List the revisions of a template",
    verb: MessageTemplate.listRevisions,
    output: rowSchema("TemplateRevision", MessageTemplate.Revision),
    kind: "list",
    links: linksFrom({ self: "/message-templates/{template_id}/revisions", template: "/message-templates/{template_id}" }),
  }),
  buildExportOperation("exportMessageTemplates", "message-templates", tag, read, MessageTemplate.listDefinition),
  ...mailImageOperations,
  ...emailSends,
] as const;

export const messages = defineApiFunction(operations, { uses: ["domains", "outbound"] });
