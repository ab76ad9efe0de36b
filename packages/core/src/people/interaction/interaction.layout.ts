import type { Layout } from "../../kernel/layout.ts";

export const interaction: Layout = {
  sections: [
    {
      name: "interaction",
      label: "Interaction",
      fields: [
        "interaction_type_id",
        "subject",
        "channel",
        "communication_type_id",
        "direction",
        "interaction_date",
        "duration_minutes",
        "outcome",
      ],
    },
    {
      name: "about",
      label: "About",
      fields: ["personal_key_id", "lead_id", "customer_id", "opportunity_id", "ticket_id", "campaign_id", "owner_id"],
    },
    { name: "sentiment", label: "Sentiment", fields: ["sentiment", "sentiment_score", "sentiment_source", "feedback_type"] },
    { name: "texts", label: "Texts", fields: ["summary", "notes"] },
    { name: "more", label: "More", fields: ["channel_preference", "recording_url", "participants", "metadata"] },
  ],
  primary: ["interaction_type_id", "subject", "personal_key_id", "channel", "direction", "interaction_date", "summary"],
  columns: ["subject", "interaction_type_id", "personal_key_id", "interaction_date", "sentiment", "owner_id"],
  card: ["interaction_type_id", "personal_key_id", "interaction_date"],
  tabs: ["activity", "note", "attachment"],
  // A source without a judgement says nothing.
  fields: {
    sentiment_source: { visibleWhen: { or: [{ sentiment: { is_null: false } }, { sentiment_score: { is_null: false } }] } },
  },
};
