import { CUSTOMER } from "../../accounts/customer/customer.kind.ts";
import { PERSON } from "../../people/person/person.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import type { ConversationRecord } from "./conversation.entity.ts";

export const conversation: PersonalData<ConversationRecord> = {
  purpose: "Group messages with a person to threads that users answer.",
  subject: aboutPerson(reach("person_id", PERSON), reach("customer_id_crm", CUSTOMER)),
  fields: {
    conversation_id: "identifier",
    channel: "relationship",
    sender_id: "none",
    number_id: "none",
    mail_account_id: "none",
    address: "contact",
    person_id: "reference",
    customer_id_crm: "reference",
    assigned_staff_id: "staff",
    last_message_at: "relationship",
    last_direction: "communication",
    last_text: "communication",
    unread_count: "none",
    read_at: "none",
    closed_at: "none",
  },
};
