import { aboutPerson, type PersonalData, reach } from "../../platform/personal-data/declaration.ts";
import type { JourneyRecord } from "./journey.entity.ts";
import { PERSON } from "./person.kind.ts";

export const journey: PersonalData<JourneyRecord> = {
  purpose: "Follow how the relationship with a person develops.",
  subject: aboutPerson(reach("personal_key_id", PERSON)),
  fields: {
    personal_key_id: "reference",
    stage: "behavior",
    emotion: "behavior",
    next_action: "free_text",
    summary_text: "free_text",
    confidence_score: "behavior",
    sentiment_score: "behavior",
    recorded_by: "staff",
    source: "behavior",
    interaction_type: "behavior",
    channel_id: "behavior",
    campaign_id: "none",
    store_id: "behavior",
    brand_id: "behavior",
    related_order_id: "reference",
    occurred_at: "behavior",
  },
};
