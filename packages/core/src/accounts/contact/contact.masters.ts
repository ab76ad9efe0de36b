import { buildDefaults, masterKind } from "../../kernel/master-kind.ts";

export const CONTACT_ROLES = masterKind("contact_roles", {
  label: "Contact roles",
  extras: [],
  defaults: () =>
    buildDefaults(
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
});

/** Display names of the contact statuses. */
export const CONTACT_STATUSES = masterKind("contact_statuses", {
  label: "Contact statuses",
  extras: ["is_final"],
  isClosed: true,
  defaults: () => [
    { code: "active", name: "Active", color: "#16a34a" },
    { code: "inactive", name: "Inactive", color: "#6b7280" },
    { code: "former", name: "Former", color: "#dc2626", is_final: true },
  ],
});
