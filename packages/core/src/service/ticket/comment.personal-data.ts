import { PERSON } from "../../people/person/person.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import type { CommentRecord } from "./comment.entity.ts";
import { TICKET } from "./ticket.kind.ts";

export const ticketComment: PersonalData<CommentRecord> = {
  purpose: "Exchange answers with the person of a ticket, and between users.",
  subject: aboutPerson(reach("ticket_id", TICKET), reach("person_id", PERSON)),
  fields: {
    ticket_id: "reference",
    body: "communication",
    is_public: "none",
    from: "communication",
    person_id: "reference",
    excerpt: "communication",
    is_automatic: "none",
    mentioned_ids: "staff",
    copied_from_id: "reference",
    event: { type: "none", ticket_id: "reference", ticket_number: "identifier", subject: "communication" },
    delivery: "contact",
    inbound_mail_id: "reference",
    attachment_ids: "reference",
    explanation: "free_text",
  },
  recipients: ["mail", "sms"],
};
