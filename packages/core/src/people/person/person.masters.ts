import { masterKind } from "../../kernel/master-kind.ts";

export const MARKETING_CHANNELS = masterKind("marketing_channels", {
  label: "Marketing channels",
  extras: ["channel_type", "default_cost_per_click", "default_cost_per_impression"],
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
});

export const STORES = masterKind("stores", {
  label: "Stores",
  extras: ["street_address", "city", "country_id", "zip_code", "phone", "manager_id"],
  defaults: () => [],
});

export const BRANDS = masterKind("brands", {
  label: "Brands",
  extras: [],
  defaults: () => [],
});
