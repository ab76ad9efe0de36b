import { buildDefaults, type MasterDefault, type MasterKind, masterKind, toCode } from "../../kernel/master-kind.ts";

/** Kinds of master data that no domain owns. */

const buildIndustry = (name: string, ...children: readonly string[]): MasterDefault[] => [
  { code: toCode(name), name },
  ...children.map((child) => ({ code: toCode(child), name: child, parent: toCode(name) })),
];

const buildRange = (name: string, from: number, to: number | null, unit: string): MasterDefault => ({
  code: toCode(name),
  name,
  [`min_${unit}`]: from,
  [`max_${unit}`]: to,
});

export const INDUSTRIES = masterKind("industries", {
  label: "Industries",
  extras: ["parent_id"],
  defaults: () => [
    ...buildIndustry("Agriculture", "Farming", "Forestry", "Food Production"),
    ...buildIndustry("Construction", "Residential Construction", "Commercial Construction", "Engineering"),
    ...buildIndustry("Education", "Schools", "Higher Education", "Training"),
    ...buildIndustry("Energy and Utilities", "Oil and Gas", "Renewable Energy", "Water and Waste"),
    ...buildIndustry("Financial Services", "Banking", "Insurance", "Investment"),
    ...buildIndustry("Government", "Local Government", "Defence"),
    ...buildIndustry("Healthcare", "Hospitals", "Pharmaceuticals", "Medical Devices"),
    ...buildIndustry("Hospitality", "Hotels", "Restaurants", "Travel"),
    ...buildIndustry("Manufacturing", "Automotive", "Electronics", "Chemicals", "Machinery"),
    ...buildIndustry("Media", "Advertising and Marketing", "Publishing", "Entertainment"),
    ...buildIndustry("Nonprofit"),
    ...buildIndustry("Professional Services", "Consulting", "Legal", "Accounting"),
    ...buildIndustry("Real Estate"),
    ...buildIndustry("Retail", "Online Retail", "Consumer Goods", "Wholesale"),
    ...buildIndustry("Technology", "Software", "Hardware", "Telecommunications"),
    ...buildIndustry("Transportation", "Logistics", "Aviation", "Shipping"),
    ...buildIndustry("Other"),
  ],
});

export const COMPANY_SIZES = masterKind("company_sizes", {
  label: "Company sizes",
  extras: ["min_employees", "max_employees"],
  defaults: () => [
    buildRange("1-10 employees", 1, 10, "employees"),
    buildRange("11-50 employees", 11, 50, "employees"),
    buildRange("51-200 employees", 51, 200, "employees"),
    buildRange("201-1000 employees", 201, 1000, "employees"),
    buildRange("1001+ employees", 1001, null, "employees"),
  ],
});

export const REVENUE_RANGES = masterKind("revenue_ranges", {
  label: "Revenue ranges",
  extras: ["min_revenue", "max_revenue"],
  defaults: () => [
    buildRange("$0-$1M", 0, 1_000_000, "revenue"),
    buildRange("$1M-$10M", 1_000_000, 10_000_000, "revenue"),
    buildRange("$10M-$50M", 10_000_000, 50_000_000, "revenue"),
    buildRange("$50M+", 50_000_000, null, "revenue"),
  ],
});

export const PRIORITIES = masterKind("priorities", {
  label: "Priorities",
  otherNames: ["ticket_priorities"],
  extras: ["level"],
  aliases: { urgent: "critical" },
  defaults: () => [
    { code: "low", name: "Low", level: 1, color: "#6b7280" },
    { code: "medium", name: "Medium", level: 2, color: "#6b7280" },
    { code: "high", name: "High", level: 3, color: "#d97706" },
    { code: "critical", name: "Critical", level: 4, color: "#dc2626" },
  ],
});

/** How urgent something is; `sla_hours` are used by routing. */
export const URGENCY_LEVELS = masterKind("urgency_levels", {
  label: "Urgency levels",
  extras: ["sla_hours"],
  defaults: () => [
    { code: "not_urgent", name: "Not Urgent", sla_hours: 48, color: "#6b7280" },
    { code: "somewhat_urgent", name: "Somewhat Urgent", sla_hours: 24, color: "#2563eb" },
    { code: "urgent", name: "Urgent", sla_hours: 4, color: "#d97706" },
    { code: "very_urgent", name: "Very Urgent", sla_hours: 1, color: "#dc2626" },
  ],
});

export const TICKET_STATUSES = masterKind("ticket_statuses", {
  label: "Ticket statuses",
  extras: ["is_final"],
  isClosed: true,
  defaults: () => [
    { code: "new", name: "New", color: "#2563eb" },
    { code: "open", name: "Open", color: "#7c3aed" },
    { code: "in_progress", name: "In Progress", color: "#4f46e5" },
    { code: "pending", name: "Pending", color: "#d97706" },
    { code: "waiting_on_customer", name: "Waiting on Customer", color: "#ca8a04" },
    { code: "resolved", name: "Resolved", color: "#16a34a" },
    { code: "closed", name: "Closed", color: "#6b7280", is_final: true },
  ],
});

export const TICKET_CATEGORIES = masterKind("ticket_categories", {
  label: "Ticket categories",
  extras: ["parent_id"],
  defaults: () =>
    buildDefaults("Technical Issue", "Billing", "Account", "Product Question", "Feature Request", "Complaint", "Other"),
});

export const ARTICLE_CATEGORIES = masterKind("article_categories", {
  label: "Article categories",
  extras: ["parent_id"],
  defaults: () => buildDefaults("Getting Started", "How-to", "Troubleshooting", "Billing", "Policies", "FAQ"),
});

export const CONTRACT_TYPES = masterKind("contract_types", {
  label: "Contract types",
  extras: ["requires_legal_review"],
  defaults: () => [
    ...buildDefaults("Service", "Subscription", "License", "Maintenance"),
    ...buildDefaults("Master Agreement", "Partnership").map((type) => ({ ...type, requires_legal_review: true })),
    { code: "nda", name: "Non-Disclosure Agreement" },
  ],
});

export const TERRITORIES = masterKind("territories", {
  label: "Territories",
  extras: ["region", "country", "manager_id"],
  defaults: () => [],
});

export const COUNTRIES: MasterKind = masterKind("countries", {
  label: "Countries",
  extras: ["currency_code"],
  defaults: async () => (await import("./geography.ts")).listCountries(),
  findCode: async (nameOrCode: string) => (await import("./geography.ts")).findCountry(nameOrCode)?.toLowerCase(),
});

export const STATES: MasterKind = masterKind("states", {
  label: "States and provinces",
  extras: ["country_id"],
  defaults: async () => (await import("./geography.ts")).listStates(),
});

export const CURRENCIES = masterKind("currencies", {
  label: "Currencies",
  extras: ["currency_code", "symbol", "decimal_places"],
  defaults: async () => (await import("./geography.ts")).listCurrencies(),
});

export const CITIES = masterKind("cities", {
  label: "Cities",
  extras: ["state_id", "zip_code"],
  defaults: () => [],
});
