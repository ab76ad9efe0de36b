import { InboundMails } from "@crm/core/messaging/inbound-mail/inbound-mail.entity.ts";
import { inboundMailGrants } from "@crm/core/messaging/inbound-mail/inbound-mail.kind.ts";
import { InboundMail } from "@crm/core/messaging/inbound-mail/inbound-mail.ts";
import { operation, recordSchema, rowSchema } from "../../http/operation.ts";
import { linksFor } from "../shared/links.ts";
import { buildListOperations } from "../shared/list-operations.ts";

const { read } = inboundMailGrants;
const commonOptions = { tag: "Support", access: read, links: linksFor(InboundMails) } as const;

export const inboundMails = [
  ...buildListOperations({
    ...commonOptions,
    name: "listInboundMails",
    path: "/support/inbound-mails",
    summary: "List received emails",
    description: "Includes all kinds; `kind=message` are emails that a person wrote.",
    verb: InboundMail.list,
    output: rowSchema("InboundMailRow", InboundMail.Row),
  }),
  operation({
    ...commonOptions,
    name: "getInboundMail",
    method: "GET",
    path: "/support/inbound-mails/{id}",
    summary: "Read the result of a received email",
    verb: InboundMail.get,
    output: recordSchema("InboundMail", InboundMail.Info),
    kind: "record",
  }),
  operation({
    tag: "Support",
    access: read,
    name: "readInboundMail",
    method: "GET",
    path: "/support/inbound-mails/{id}/content",
    summary: "Read the content of a received email",
    description: "The parsed content, and the part of it that is new. Returns 422 if the original bytes are not stored.",
    verb: InboundMail.readContent,
    output: InboundMail.Content.meta({ id: "InboundMailContent" }),
  }),
] as const;
