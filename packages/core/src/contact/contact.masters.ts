import { masterKind, named } from "../masters/kind.ts";

export const CONTACT_ROLES = masterKind("contact_roles", {
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
});
