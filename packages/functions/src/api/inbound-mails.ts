import { inboundMailGrants } from "@crm/core/inbound-mail/inbound-mail.domain.ts";
import { InboundMails } from "@crm/core/inbound-mail/inbound-mail.entity.ts";
import { InboundMail } from "@crm/core/inbound-mail/inbound-mail.ts";
import { operation, recordOf, rowOf } from "../http/operation.ts";
import { linksOf } from "./links.ts";
import { listing } from "./listing.ts";

const { read } = inboundMailGrants;
const shown = { tag: "Support", access: read, links: linksOf(InboundMails) } as const;

export const inboundMails = [
  ...listing({
    ...shown,
    name: "listInboundMails",
    path: "/support/inbound-mails",
    summary: "List mails that came in",
    description: "Whatever they are: `kind=message` are those that a person wrote.",
    verb: InboundMail.list,
    output: rowOf("InboundMailRow", InboundMail.Row),
  }),
  operation({
    ...shown,
    name: "getInboundMail",
    method: "GET",
    path: "/support/inbound-mails/{id}",
    summary: "Read what became of a mail",
    verb: InboundMail.get,
    output: recordOf("InboundMail", InboundMail.Info),
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
    verb: InboundMail.content,
    output: InboundMail.Content.meta({ id: "InboundMailContent" }),
  }),
] as const;
