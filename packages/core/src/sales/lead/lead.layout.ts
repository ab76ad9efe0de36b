import type { Layout } from "../../kernel/layout.ts";

export const lead: Layout = {
  sections: [
    {
      name: "key",
      label: "Key fields",
      fields: [
        "first_name",
        "last_name",
        "lead_status_id",
        "lead_score",
        "company",
        "email",
        "phone",
        "owner_id",
        "budget",
        "currency",
        "next_contact_date",
      ],
    },
    {
      name: "contact",
      label: "Contact",
      fields: ["job_title", "mobile", "personal_key_id"],
    },
    {
      name: "company",
      label: "Company",
      fields: ["website", "industry_id", "company_size_id", "employee_count", "annual_revenue_range_id", "annual_revenue"],
    },
    {
      name: "qualification",
      label: "Qualification",
      fields: ["lead_source_id", "source_campaign_id", "rating", "is_qualified", "authority", "need", "timeline"],
    },
    {
      name: "product",
      label: "Product",
      fields: [
        "product_line",
        "insurance_type_id",
        "umbrella_value",
        "premium",
        "auto_data",
        "home_data",
        "specialty_data",
        "product_data",
      ],
    },
    {
      name: "follow_up",
      label: "Follow-up",
      fields: ["territory_id", "follow_up_priority", "last_contact_date", "last_activity_date"],
    },
    { name: "address", label: "Address", fields: ["street_address", "postal_code", "city_id", "state_id", "country_id"] },
    { name: "consent", label: "Consent", fields: ["email_opt_out", "phone_opt_out", "marketing_settings"] },
    { name: "texts", label: "Texts", fields: ["description", "notes"] },
    {
      name: "conversion",
      label: "Conversion",
      fields: ["is_converted", "converted_date", "converted_customer_id", "converted_contact_id", "converted_opportunity_id"],
    },
  ],
  primary: ["first_name", "last_name", "company", "email", "phone", "lead_source_id", "owner_id"],
  columns: ["display_name", "company", "lead_status_id", "lead_score", "lead_source_id", "owner_id", "created_at"],
  card: ["company", "budget", "owner_id"],
  tabs: ["activity", "note", "attachment", "interaction", "opportunity", "scores", "assignments"],
  hidden: ["score_rule_id"],
  board: { field: "lead_status_id", sum: "budget", exits: "final", open: { is_converted: { eq: false } } },
  fields: {
    // The number says more than the range.
    company_size_id: { visibleWhen: { employee_count: { is_null: true } } },
    auto_data: { visibleWhen: { product_line: { eq: "auto" } } },
    home_data: { visibleWhen: { product_line: { eq: "home" } } },
    specialty_data: { visibleWhen: { product_line: { eq: "specialty" } } },
    converted_date: { visibleWhen: { is_converted: { eq: true } } },
    converted_customer_id: { visibleWhen: { is_converted: { eq: true } } },
    converted_contact_id: { visibleWhen: { is_converted: { eq: true } } },
    converted_opportunity_id: { visibleWhen: { is_converted: { eq: true } } },
  },
  actions: {
    convertLead: { isPrimary: true, enabledWhen: { is_converted: { eq: false } } },
    logLeadActivity: { enabledWhen: { is_converted: { eq: false } } },
    setLeadStatus: { icon: "circle-dot", enabledWhen: { is_converted: { eq: false } } },
    setLeadScore: { icon: "gauge", enabledWhen: { is_converted: { eq: false } } },
  },
};
