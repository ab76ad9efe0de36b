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
    summary: "List mails that came in",
    description: "Whatever they are: `kind=message` are those that a person wrote.",
    verb: InboundMail.list,
    output: rowSchema("InboundMailRow", InboundMail.Row),
  }),
  operation({
    ...commonOptions,
    name: "getInboundMail",
    method: "GET",
    path: "/support/inbound-mails/{id}",
    summary: "Read what became of a mail",
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
    summary: "Read what a mail says",
    description: "As it is read of what came, with what is new in it. A 422 where its bytes are not kept.",
    verb: InboundMail.readContent,
    output: InboundMail.Content.meta({ id: "InboundMailContent" }),
  }),
] as const;
