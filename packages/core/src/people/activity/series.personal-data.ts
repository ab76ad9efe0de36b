import { CONTACT } from "../../accounts/contact/contact.kind.ts";
import { aboutPerson, type PersonalData, reach, reachAny } from "../../platform/personal-data/declaration.ts";
import { PERSON } from "../person/person.kind.ts";
import type { SeriesRecord } from "./series.entity.ts";

export const activitySeries: PersonalData<SeriesRecord, "participant"> = {
  purpose: "Repeat activities by a rule.",
  subject: aboutPerson(reach("personal_key_id", PERSON), reachAny("related_to_id")),
  others: {
    participant: aboutPerson(
      reach("template.participants[].person_id", PERSON),
      reach("template.participants[].contact_id", CONTACT),
    ),
  },
  fields: {
    personal_key_id: "reference",
    related_to_type: "none",
    related_to_id: "reference",
    root_id: "reference",
    rule: "none",
    timezone: "none",
    starts: "none",
    template: {
      subject: "free_text",
      description: "free_text",
      activity_type_id: "relationship",
      priority_id: "none",
      assigned_to_id: "staff",
      due_date: "relationship",
      due_time: "relationship",
      timezone: "none",
      start_datetime: "relationship",
      end_datetime: "relationship",
      duration_minutes: "none",
      call_direction: "communication",
      meeting_location: "communication",
      meeting_type_id: "none",
      email_subject: "communication",
      reminder_datetime: "none",
      reminders: "none",
      participants: {
        id: "participant:identifier",
        user_id: "staff",
        contact_id: "participant:reference",
        person_id: "participant:reference",
        participant_type: "participant:relationship",
        response_status: "participant:behavior",
        response_comment: "participant:communication",
        responded_at: "participant:behavior",
        invitation_status: "participant:behavior",
      },
      is_private: "none",
    },
    cuts: "none",
    revision: "none",
    after: "none",
    through: "none",
    work_at: "none",
  },
};
