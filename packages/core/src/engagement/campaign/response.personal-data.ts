import { PERSON } from "../../people/person/person.kind.ts";
import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import type { ResponseRecord } from "./response.entity.ts";

export const campaignResponse: PersonalData<ResponseRecord> = {
  purpose: "Know how persons respond to a marketing campaign.",
  subject: aboutPerson(reach("personal_key_id", PERSON)),
  fields: {
    campaign_id: "none",
    member_id: "reference",
    personal_key_id: "reference",
    kind: "behavior",
    source: "reference",
    link: "behavior",
    occurred_at: "behavior",
    sales: { record_id: "reference", at: "behavior" },
  },
};
