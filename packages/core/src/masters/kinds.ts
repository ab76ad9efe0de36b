import * as z from "zod";
import { currency, id, master, oneOf, phone, type Shape, text } from "../kernel/schema.ts";
import { USER } from "../user/user.domain.ts";
import type { Default } from "./default.ts";
import { endOf, forecastCategories } from "./stage.rules.ts";

const count = () => z.number().int().min(0).max(1_000_000_000).nullish();

/** Columns that only some kinds have. */
export const extras = {
  parent_id: text(64).nullish().describe("Of trees: the value above, by id or code"),
  is_final: z.boolean().default(false).describe("An end state"),
  min_employees: count(),
  max_employees: count(),
  min_revenue: count(),
  max_revenue: count(),
  region: text(100).nullish(),
  country: text(100).nullish(),
  manager_id: id(USER).nullish(),
  currency_code: currency().nullish(),
  symbol: text(10).nullish(),
  decimal_places: z.number().int().min(0).max(4).nullish(),
  country_id: master("countries").nullish(),
  state_id: master("states").nullish(),
  zip_code: text(20).nullish(),
  requires_duration: z.boolean().default(false),
  is_successful: z.boolean().default(false),
  default_duration_minutes: z.number().int().min(0).max(1440).nullish(),
  level: z.number().int().min(1).max(10).nullish(),
  is_trackable: z.boolean().default(false).describe("Told by a page, a mail or a download by itself"),
  is_opt_in_required: z.boolean().default(false).describe("Nothing is sent on it without consent"),
  street_address: text(255).nullish(),
  city: text(100).nullish(),
  phone: phone().nullish(),
  channel_type: oneOf(["PAID", "ORGANIC", "SOCIAL", "DIRECT", "EMAIL", "REFERRAL"]).nullish(),
  probability: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe("Of an open stage in percent; a won one has 100, a lost one 0"),
  forecast_category: oneOf(forecastCategories).default("PIPELINE"),
  is_closed: z.boolean().default(false).describe("Whether what is in this stage has ended; stays as it was made"),
  is_won: z.boolean().default(false).describe("Of a closed stage: whether it ended well; stays as it was made"),
} satisfies Shape;

/**
 * The kinds of master data: what each has beside the common columns, and the values with which a tenant starts
 * (seed 001, Common Masters; where it gives examples only, the usual ones of the field).
 */
export interface Kind {
  label: string;
  extras: readonly (keyof typeof extras)[];
  /** In their order of display. */
  defaults: () => Promise<readonly Default[]> | readonly Default[];
  /** The code of the value that records get when they name none: it cannot be taken away. */
  fallback?: string;
}

/** `Real Estate` is `real_estate`. */
const codeOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");

const named = (...names: readonly string[]): Default[] => names.map((name) => ({ code: codeOf(name), name }));

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

export const kinds = {
  lead_statuses: {
    label: "Lead statuses",
    extras: ["is_final"],
    fallback: "new",
    defaults: () => [
      { code: "new", name: "New", color: "#2563eb", icon: "sparkles" },
      { code: "contacted", name: "Contacted", color: "#7c3aed", icon: "phone" },
      { code: "qualified", name: "Qualified", color: "#16a34a", icon: "badge-check" },
      { code: "disqualified", name: "Disqualified", color: "#6b7280", icon: "ban", is_final: true },
    ],
  },
  lead_sources: {
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
  },
  opportunity_stages: {
    label: "Opportunity stages",
    extras: ["probability", "forecast_category", "is_closed", "is_won"],
    defaults: () => [
      { code: "prospecting", name: "Prospecting", probability: 10, color: "#2563eb" },
      { code: "qualification", name: "Qualification", probability: 20, color: "#4f46e5" },
      { code: "needs_analysis", name: "Needs Analysis", probability: 40, color: "#7c3aed" },
      { code: "proposal", name: "Proposal", probability: 60, forecast_category: "BEST_CASE", color: "#d97706" },
      { code: "negotiation", name: "Negotiation", probability: 80, forecast_category: "COMMIT", color: "#ea580c" },
      { code: "closed_won", name: "Closed Won", ...endOf(true), color: "#16a34a" },
      { code: "closed_lost", name: "Closed Lost", ...endOf(false), color: "#6b7280" },
    ],
  },
  industries: {
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
  },
  company_sizes: {
    label: "Company sizes",
    extras: ["min_employees", "max_employees"],
    defaults: () => [
      range("1-10 employees", 1, 10, "employees"),
      range("11-50 employees", 11, 50, "employees"),
      range("51-200 employees", 51, 200, "employees"),
      range("201-1000 employees", 201, 1000, "employees"),
      range("1001+ employees", 1001, null, "employees"),
    ],
  },
  revenue_ranges: {
    label: "Revenue ranges",
    extras: ["min_revenue", "max_revenue"],
    defaults: () => [
      range("$0-$1M", 0, 1_000_000, "revenue"),
      range("$1M-$10M", 1_000_000, 10_000_000, "revenue"),
      range("$10M-$50M", 10_000_000, 50_000_000, "revenue"),
      range("$50M+", 50_000_000, null, "revenue"),
    ],
  },
  insurance_types: {
    label: "Insurance types",
    extras: [],
    defaults: () => named("Auto", "Home", "Specialty", "Umbrella", "Life", "Commercial"),
  },
  activity_types: {
    label: "Activity types",
    extras: ["requires_duration"],
    defaults: () => [
      { code: "call", name: "Call", icon: "phone", requires_duration: true },
      { code: "meeting", name: "Meeting", icon: "users", requires_duration: true },
      { code: "email", name: "Email", icon: "mail" },
      { code: "task", name: "Task", icon: "check-square" },
      { code: "note", name: "Note", icon: "sticky-note" },
    ],
  },
  call_outcomes: {
    label: "Call outcomes",
    extras: ["is_successful"],
    defaults: () => [
      { code: "connected", name: "Connected", is_successful: true },
      ...named("Voicemail", "Busy", "No Answer", "Wrong Number"),
    ],
  },
  meeting_types: {
    label: "Meeting types",
    extras: ["default_duration_minutes"],
    defaults: () => [
      { code: "discovery", name: "Discovery", default_duration_minutes: 30 },
      { code: "demo", name: "Demo", default_duration_minutes: 60 },
      { code: "negotiation", name: "Negotiation", default_duration_minutes: 60 },
      { code: "closing", name: "Closing", default_duration_minutes: 30 },
      { code: "follow_up", name: "Follow-up", default_duration_minutes: 30 },
    ],
  },
  interaction_types: {
    label: "Interaction types",
    extras: ["is_trackable"],
    defaults: () => [
      { code: "phone", name: "Phone", icon: "phone" },
      { code: "email", name: "Email", icon: "mail", is_trackable: true },
      { code: "in_person", name: "In-Person", icon: "user" },
      { code: "video_call", name: "Video Call", icon: "video" },
      { code: "chat", name: "Chat", icon: "message-circle" },
      { code: "social_media", name: "Social Media", icon: "share-2" },
      { code: "call", name: "Call", icon: "phone-call" },
      { code: "meeting", name: "Meeting", icon: "users" },
      { code: "demo", name: "Demo", icon: "monitor" },
      { code: "presentation", name: "Presentation", icon: "presentation" },
      { code: "follow_up", name: "Follow-up", icon: "repeat" },
      { code: "support", name: "Support", icon: "life-buoy" },
      { code: "email_opened", name: "Email opened", icon: "mail-open", is_trackable: true },
      { code: "email_clicked", name: "Email clicked", icon: "mouse-pointer-click", is_trackable: true },
      { code: "website_visit", name: "Website visit", icon: "globe", is_trackable: true },
      { code: "form_submission", name: "Form submission", icon: "file-text", is_trackable: true },
      { code: "download", name: "Download", icon: "download", is_trackable: true },
    ],
  },
  communication_channels: {
    label: "Communication channels",
    extras: ["is_opt_in_required"],
    defaults: () => [
      { code: "email", name: "Email", icon: "mail" },
      { code: "phone", name: "Phone", icon: "phone" },
      { code: "sms", name: "SMS", icon: "smartphone", is_opt_in_required: true },
      { code: "whatsapp", name: "WhatsApp", icon: "message-circle", is_opt_in_required: true },
      { code: "linkedin", name: "LinkedIn", icon: "linkedin" },
    ],
  },
  communication_types: {
    label: "Communication types",
    extras: [],
    defaults: () => [
      { code: "call", name: "Call", icon: "phone" },
      { code: "email", name: "Email", icon: "mail" },
      { code: "sms", name: "SMS", icon: "smartphone" },
      { code: "meeting", name: "Meeting", icon: "users" },
      { code: "chat", name: "Chat", icon: "message-circle" },
      { code: "note", name: "Note", icon: "sticky-note" },
    ],
  },
  priorities: {
    label: "Priorities",
    extras: ["level"],
    defaults: () => [
      { code: "low", name: "Low", level: 1, color: "#6b7280" },
      { code: "medium", name: "Medium", level: 2, color: "#2563eb" },
      { code: "high", name: "High", level: 3, color: "#d97706" },
      { code: "critical", name: "Critical", level: 4, color: "#dc2626" },
    ],
  },
  territories: {
    label: "Territories",
    extras: ["region", "country", "manager_id"],
    defaults: () => [],
  },
  countries: {
    label: "Countries",
    extras: ["currency_code"],
    defaults: async () => (await import("./geography.ts")).countries(),
  },
  states: {
    label: "States and provinces",
    extras: ["country_id"],
    defaults: async () => (await import("./geography.ts")).states(),
  },
  currencies: {
    label: "Currencies",
    extras: ["currency_code", "symbol", "decimal_places"],
    defaults: async () => (await import("./geography.ts")).currencies(),
  },
  cities: {
    label: "Cities",
    extras: ["state_id", "zip_code"],
    defaults: () => [],
  },
  stores: {
    label: "Stores",
    extras: ["street_address", "city", "country_id", "zip_code", "phone", "manager_id"],
    defaults: () => [],
  },
  customer_types: {
    label: "Customer types",
    extras: [],
    defaults: () => named("Prospect", "Customer", "Partner", "Reseller", "Distributor", "Vendor", "Investor", "Other"),
  },
  contact_roles: {
    label: "Contact roles",
    extras: [],
    defaults: () =>
      named(
        "Decision Maker",
        "Influencer",
        "User",
        "Economic Buyer",
        "Technical Buyer",
        "Champion",
        "Gatekeeper",
        "Evaluator",
        "Billing",
        "Legal",
        "Other",
      ),
  },
  brands: {
    label: "Brands",
    extras: [],
    defaults: () => [],
  },
  marketing_channels: {
    label: "Marketing channels",
    extras: ["channel_type"],
    defaults: () => [
      { code: "email", name: "Email", channel_type: "EMAIL", icon: "mail" },
      { code: "sms", name: "SMS", channel_type: "DIRECT", icon: "message-square" },
      { code: "website", name: "Website", channel_type: "DIRECT", icon: "globe" },
      { code: "phone", name: "Phone", channel_type: "DIRECT", icon: "phone" },
      { code: "store", name: "Store", channel_type: "DIRECT", icon: "store" },
      { code: "direct_mail", name: "Direct Mail", channel_type: "DIRECT", icon: "mailbox" },
      { code: "search_ads", name: "Search Ads", channel_type: "PAID", icon: "search" },
      { code: "display_ads", name: "Display Ads", channel_type: "PAID", icon: "monitor" },
      { code: "social_ads", name: "Social Ads", channel_type: "PAID", icon: "megaphone" },
      { code: "print_and_broadcast", name: "Print and Broadcast", channel_type: "PAID", icon: "newspaper" },
      { code: "organic_search", name: "Organic Search", channel_type: "ORGANIC", icon: "search" },
      { code: "social_media", name: "Social Media", channel_type: "SOCIAL", icon: "share-2" },
      { code: "event", name: "Event", channel_type: "DIRECT", icon: "calendar" },
      { code: "referral", name: "Referral", channel_type: "REFERRAL", icon: "users" },
      { code: "partner", name: "Partner", channel_type: "REFERRAL", icon: "handshake" },
    ],
  },
} as const satisfies Record<string, Kind>;

export type KindName = keyof typeof kinds;
export const kindNames = Object.keys(kinds) as [KindName, ...KindName[]];
