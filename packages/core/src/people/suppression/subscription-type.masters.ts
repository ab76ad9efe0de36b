import { masterKind } from "../../kernel/master-kind.ts";

/** The type of marketing that names none. */
export const GENERAL_TYPE = "general";

/** The subjects of marketing (docs/people/suppression.md). The code of a type is the purpose under which persons answer for it. */
export const SUBSCRIPTION_TYPES = masterKind("subscription_types", {
  label: "Subscription types",
  extras: ["channel", "is_default_on", "needs_double_opt_in"],
  fallback: GENERAL_TYPE,
  rules: async () => (await import("./subscription-type.ts")).rules,
  defaults: () => [
    { code: GENERAL_TYPE, name: "General news", description: "News about us and what we offer" },
    {
      code: "newsletter",
      name: "Newsletter",
      description: "Our regular newsletter",
      channel: "email",
      is_default_on: false,
      needs_double_opt_in: true,
    },
    { code: "offers", name: "Offers", description: "Discounts and limited offers" },
    { code: "events", name: "Events", description: "Invitations to events and webinars" },
  ],
});
