import type { Layout } from "../../kernel/layout.ts";

export const person: Layout = {
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: ["first_name", "last_name", "display_name", "job_title", "emails", "phones", "preferred_contact_method"],
    },
    {
      name: "person",
      label: "Person",
      fields: ["title", "birth_date", "education_level"],
    },
    { name: "channels", label: "Channels", fields: ["contact_points", "social_accounts"] },
    { name: "address", label: "Address", fields: ["addresses", "countries"] },
    {
      name: "document",
      label: "Identity document",
      fields: ["document_type", "document_country", "document_number", "bank_account"],
    },
    { name: "texts", label: "Texts", fields: ["intention", "notes", "five_element"] },
    { name: "preferences", label: "Preferences", fields: ["preferences", "custom_attributes"] },
  ],
  primary: ["first_name", "last_name", "display_name", "job_title", "external_key", "preferred_contact_method"],
  columns: ["display_name", "job_title", "emails", "phones", "countries", "created_at"],
  card: ["job_title", "emails", "phones"],
  tabs: [
    "lead",
    "contact",
    "customer",
    "opportunity",
    "interaction",
    "activity.related_to_id",
    "message.person_id",
    "ticket",
    "note.related_to_id",
    "attachment.related_to_id",
    "journey",
  ],
};
