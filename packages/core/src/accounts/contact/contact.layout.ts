import type { Layout } from "../../kernel/layout.ts";

export const contact: Layout = {
  relatedLabels: { reports_to_id: "Direct reports" },
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: [
        "first_name",
        "last_name",
        "customer_id",
        "job_title",
        "email",
        "phone",
        "contact_status",
        "owner_id",
        "next_contact_date",
      ],
    },
    { name: "contact", label: "Contact", fields: ["mobile", "fax", "personal_key_id"] },
    {
      name: "role",
      label: "Role",
      fields: [
        "department",
        "contact_role_id",
        "other_role_ids",
        "is_primary",
        "is_decision_maker",
        "is_influencer",
        "reports_to_id",
      ],
    },
    {
      name: "follow_up",
      label: "Follow-up",
      fields: ["last_activity_date", "lead_id"],
    },
    {
      name: "channels",
      label: "Channels",
      fields: ["preferred_contact_method", "linkedin_url", "twitter_handle", "assistant_name", "assistant_phone"],
    },
    { name: "address", label: "Address", fields: ["street_address", "postal_code", "city_id", "state_id", "country_id"] },
    { name: "consent", label: "Consent", fields: ["email_opt_out", "phone_opt_out"] },
    { name: "texts", label: "Texts", fields: ["birthdate", "description", "notes"] },
  ],
  primary: ["first_name", "last_name", "customer_id", "email", "phone", "job_title", "owner_id"],
  columns: ["display_name", "customer_id", "job_title", "email", "phone", "owner_id", "last_activity_date"],
  card: ["customer_id", "job_title", "email"],
  tabs: ["opportunity", "activity", "quote", "ticket", "note", "attachment", "contact.reports_to_id"],
};
