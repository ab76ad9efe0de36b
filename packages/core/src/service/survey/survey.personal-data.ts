import { PERSON } from "../../people/person/person.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import { TICKET } from "../ticket/ticket.kind.ts";
import type { SurveyRecord } from "./survey.entity.ts";

export const ticketSurvey: PersonalData<SurveyRecord> = {
  purpose: "Ask persons how satisfied they are with support.",
  subject: aboutPerson(reach("personal_key_id", PERSON), reach("ticket_id", TICKET)),
  fields: {
    ticket_id: "reference",
    ticket_number: "identifier",
    personal_key_id: "reference",
    agent_id: "staff",
    team_id: "none",
    category_id: "none",
    status: "behavior",
    cancelled_because: "none",
    rating: "behavior",
    comments: "communication",
    nps: "behavior",
    resolved_at: "none",
    send_at: "none",
    sent_at: "behavior",
    reminded_at: "none",
    answered_at: "behavior",
    answered_day: "none",
    expires_at: "none",
    language: "preference",
    sent_version: "none",
  },
  recipients: ["mail", "link"],
};
