import { buildDefaults, type MasterKind, masterKind } from "../../kernel/master-kind.ts";

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
    buildDefaults(
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
  defaults: () => buildDefaults("Auto", "Home", "Specialty", "Umbrella", "Life", "Commercial"),
});

/** Product lines, which decide the detail of a lead: the built-in ones and those that a tenant adds, each with versions of its schema. */
export const PRODUCT_LINES: MasterKind = masterKind("product_lines", {
  label: "Product lines",
  extras: ["insurance_type_id", "versions"],
  isFixed: true,
  defaults: async () => (await import("../product-line/product-line.rules.ts")).buildLineMasters(),
  rules: async () => (await import("../product-line/tenant-line.ts")).rules,
});
