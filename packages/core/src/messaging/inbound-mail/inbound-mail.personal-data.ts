import { aboutPerson, matchContactPoint, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { TICKET } from "../../service/ticket/ticket.kind.ts";
import type { InboundMailRecord } from "./inbound-mail.entity.ts";

export const inboundMail: PersonalData<InboundMailRecord, "recipient"> = {
  purpose: "Receive mail to the tenant, and prove what became of it.",
  subject: aboutPerson(matchContactPoint("sender"), reach("ticket_id", TICKET)),
  others: { recipient: aboutPerson(matchContactPoint("recipients[]")) },
  fields: {
    sender: "contact",
    sender_name: "identity",
    recipients: "recipient:contact",
    subject: "communication",
    message_id: "communication",
    sent_at: "communication",
    kind: "none",
    kind_because: "none",
    status: "none",
    status_because: "none",
    spam_verdict: "none",
    virus_verdict: "none",
    dmarc: "none",
    size: "none",
    sha256: "none",
    attachments: "none",
    ticket_id: "reference",
    comment_id: "reference",
  },
};
