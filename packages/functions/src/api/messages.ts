import { messageGrants } from "@crm/core/message/message.domain.ts";
import { Messages } from "@crm/core/message/message.entity.ts";
import { Message } from "@crm/core/message/message.ts";
import { TemplateTest } from "@crm/core/message/template-test.ts";
import { messageTemplateGrants } from "@crm/core/message-template/message-template.domain.ts";
import { MessageTemplates } from "@crm/core/message-template/message-template.entity.ts";
import { MessageTemplate } from "@crm/core/message-template/message-template.ts";
import { serves } from "../http/function.ts";
import { operation, recordOf, rowOf } from "../http/operation.ts";
import { crud } from "./crud.ts";
import { emailSends } from "./email-sends.ts";
import { exporting } from "./files.ts";
import { linksOf, templateRevisionLinks } from "./links.ts";

const { read, write } = messageTemplateGrants;
const tag = "Message templates";

const operations = [
  ...crud({
    noun: "MessageTemplate",
    plural: "MessageTemplates",
    tag,
    path: "/message-templates",
    read,
    write,
    remove: write,
    domain: MessageTemplate,
    output: recordOf("MessageTemplate", MessageTemplate.Info),
    row: recordOf("MessageTemplateRow", MessageTemplate.Row),
    links: linksOf(MessageTemplates),
  }),
  operation({
    name: "previewMessageTemplate",
    method: "POST",
    path: "/message-templates/{id}/preview",
    tag,
    access: read,
    summary: "See a message as it would be sent",
    description: "About a record that the caller sees, or with made-up values. Nothing is stored.",
    verb: MessageTemplate.preview,
    output: MessageTemplate.Preview,
    onlyReads: true,
    keyed: false,
  }),
  operation({
    name: "testMessageTemplate",
    method: "POST",
    path: "/message-templates/{id}/test",
    tag,
    access: messageGrants.send,
    summary: "Send a template to oneself",
    description:
      "To whoever asks, or to another user of the tenant, about a record that the caller sees or with made-up values. It says that it is a test, is in no limit, " +
      "and is counted nowhere. A merge field without a value refuses it.",
    verb: TemplateTest.send,
    keyspaces: ["throttle"],
    status: 202,
    output: recordOf("Message", Message.Info),
    links: linksOf(Messages),
    kind: "record",
  }),
  operation({
    name: "listTemplateRevisions",
    method: "GET",
    path: "/message-templates/{id}/revisions",
    tag,
    access: read,
    summary: "List what a template has said",
    verb: MessageTemplate.revisions,
    output: rowOf("TemplateRevision", MessageTemplate.Revision),
    kind: "list",
    links: templateRevisionLinks,
  }),
  exporting(
    "exportMessageTemplates",
    "message-templates",
    tag,
    read,
    MessageTemplate.list.schema,
    async () => (await import("@crm/core/message-template/message-template.export.ts")).messageTemplates,
  ),
  ...emailSends,
] as const;

export const messages = serves(operations, { uses: ["domains"] });
