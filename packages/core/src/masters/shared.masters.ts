import type { Default, MasterKind } from "../kernel/master.ts";
import { codeOf, masterKind, named } from "./kind.ts";

/** Kinds of master data that no domain has for itself. */

const industry = (name: string, ...children: readonly string[]): Default[] => [
  { code: codeOf(name), name },
  ...children.map((child) => ({ code: codeOf(child), name: child, parent: codeOf(name) })),
];

const range = (name: string, from: number, to: number | null, unit: string): Default => ({
  code: codeOf(name),
  name,
  [`min_${unit}`]: from,
  [`max_${unit}`]: to,
});

export const INDUSTRIES = masterKind("industries", {
  label: "Industries",
  extras: ["parent_id"],
  defaults: () => [
    ...industry("Agriculture", "Farming", "Forestry", "Food Production"),
    ...industry("Construction", "Residential Construction", "Commercial Construction", "Engineering"),
    ...industry("Education", "Schools", "Higher Education", "Training"),
    ...industry("Energy and Utilities", "Oil and Gas", "Renewable Energy", "Water and Waste"),
    ...industry("Financial Services", "Banking", "Insurance", "Investment"),
    ...industry("Government", "Local Government", "Defence"),
    ...industry("Healthcare", "Hospitals", "Pharmaceuticals", "Medical Devices"),
    ...industry("Hospitality", "Hotels", "Restaurants", "Travel"),
    ...industry("Manufacturing", "Automotive", "Electronics", "Chemicals", "Machinery"),
    ...industry("Media", "Advertising and Marketing", "Publishing", "Entertainment"),
    ...industry("Nonprofit"),
    ...industry("Professional Services", "Consulting", "Legal", "Accounting"),
    ...industry("Real Estate"),
    ...industry("Retail", "Online Retail", "Consumer Goods", "Wholesale"),
    ...industry("Technology", "Software", "Hardware", "Telecommunications"),
    ...industry("Transportation", "Logistics", "Aviation", "Shipping"),
    ...industry("Other"),
  ],
});

export const COMPANY_SIZES = masterKind("company_sizes", {
  label: "Company sizes",
  extras: ["min_employees", "max_employees"],
  defaults: () => [
    range("1-10 employees", 1, 10, "employees"),
    range("11-50 employees", 11, 50, "employees"),
    range("51-200 employees", 51, 200, "employees"),
    range("201-1000 employees", 201, 1000, "employees"),
    range("1001+ employees", 1001, null, "employees"),
  ],
});

export const REVENUE_RANGES = masterKind("revenue_ranges", {
  label: "Revenue ranges",
  extras: ["min_revenue", "max_revenue"],
  defaults: () => [
    range("$0-$1M", 0, 1_000_000, "revenue"),
    range("$1M-$10M", 1_000_000, 10_000_000, "revenue"),
    range("$10M-$50M", 10_000_000, 50_000_000, "revenue"),
    range("$50M+", 50_000_000, null, "revenue"),
  ],
});

export const PRIORITIES = masterKind("priorities", {
  label: "Priorities",
  extras: ["level"],
  defaults: () => [
    { code: "low", name: "Low", level: 1, color: "#6b7280" },
    { code: "medium", name: "Medium", level: 2, color: "#2563eb" },
    { code: "high", name: "High", level: 3, color: "#d97706" },
    { code: "critical", name: "Critical", level: 4, color: "#dc2626" },
  ],
});

/** How much it presses (seed 001; the hours of seed 002's routing). */
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
  defaults: () => named("Technical Issue", "Billing", "Account", "Product Question", "Feature Request", "Complaint", "Other"),
});

export const ARTICLE_CATEGORIES = masterKind("article_categories", {
  label: "Article categories",
  extras: ["parent_id"],
  defaults: () => named("Getting Started", "How-to", "Troubleshooting", "Billing", "Policies", "FAQ"),
});

export const CONTRACT_TYPES = masterKind("contract_types", {
  label: "Contract types",
  extras: ["requires_legal_review"],
  defaults: () => [
    ...named("Service", "Subscription", "License", "Maintenance"),
    ...named("Master Agreement", "Partnership").map((each) => ({ ...each, requires_legal_review: true })),
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
  defaults: async () => (await import("./geography.ts")).countries(),
  codeNamed: async (given: string) => (await import("./geography.ts")).countryOf(given)?.toLowerCase(),
});

export const STATES: MasterKind = masterKind("states", {
  label: "States and provinces",
  extras: ["country_id"],
  defaults: async () => (await import("./geography.ts")).states(),
});

export const CURRENCIES = masterKind("currencies", {
  label: "Currencies",
  extras: ["currency_code", "symbol", "decimal_places"],
  defaults: async () => (await import("./geography.ts")).currencies(),
});

export const CITIES = masterKind("cities", {
  label: "Cities",
  extras: ["state_id", "zip_code"],
  defaults: () => [],
});
