import { buildDefaults, masterKind } from "../../kernel/master-kind.ts";

export const CUSTOMER_TYPES = masterKind("customer_types", {
  label: "Customer types",
  extras: [],
  defaults: () => buildDefaults("Prospect", "Customer", "Partner", "Reseller", "Distributor", "Vendor", "Investor", "Other"),
});

/** Display names of the customer statuses. */
export const CUSTOMER_STATUSES = masterKind("customer_statuses", {
  label: "Customer statuses",
  extras: ["is_final"],
  isClosed: true,
  defaults: () => [
    { code: "lead", name: "Lead", color: "#0ea5e9" },
    { code: "prospect", name: "Prospect", color: "#2563eb" },
    { code: "active", name: "Active", color: "#16a34a" },
    { code: "inactive", name: "Inactive", color: "#6b7280" },
    { code: "churned", name: "Churned", color: "#dc2626", is_final: true },
    { code: "suspended", name: "Suspended", color: "#d97706" },
  ],
});

/** The reasons for which customers churn. */
export const CHURN_REASONS = masterKind("churn_reasons", {
  label: "Churn reasons",
  extras: ["category", "is_preventable"],
  defaults: () => [
    { code: "too_expensive", name: "Too expensive", category: "Price", is_preventable: true },
    { code: "budget_cut", name: "Budget cut", category: "Price" },
    { code: "poor_support", name: "Poor support", category: "Support", is_preventable: true },
    { code: "slow_response", name: "Slow response", category: "Support", is_preventable: true },
    { code: "missing_features", name: "Missing features", category: "Product", is_preventable: true },
    { code: "product_quality", name: "Product quality", category: "Product", is_preventable: true },
    { code: "competitor", name: "Went to a competitor", category: "Competition", is_preventable: true },
    { code: "competitor_price", name: "A competitor's price", category: "Competition" },
    { code: "out_of_business", name: "Out of business" },
  ],
});
