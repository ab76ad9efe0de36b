import { masterKind, named } from "../masters/kind.ts";

export const LEAD_STATUSES = masterKind("lead_statuses", {
  label: "Lead statuses",
  extras: ["is_final"],
  fallback: "new",
  defaults: () => [
    { code: "new", name: "New", color: "#2563eb", icon: "sparkles" },
    { code: "contacted", name: "Contacted", color: "#7c3aed", icon: "phone" },
    { code: "qualified", name: "Qualified", color: "#16a34a", icon: "badge-check" },
    { code: "disqualified", name: "Disqualified", color: "#6b7280", icon: "ban", is_final: true },
  ],
});

export const LEAD_SOURCES = masterKind("lead_sources", {
  label: "Lead sources",
  extras: [],
  defaults: () =>
    named(
      "Web",
      "Import",
      "Manual",
      "Referral",
      "Email",
      "Phone",
      "Social Media",
      "Advertising",
      "Event",
      "Webinar",
      "Partner",
      "Campaign",
      "Other",
    ),
});

export const INSURANCE_TYPES = masterKind("insurance_types", {
  label: "Insurance types",
  extras: [],
  defaults: () => named("Auto", "Home", "Specialty", "Umbrella", "Life", "Commercial"),
});
