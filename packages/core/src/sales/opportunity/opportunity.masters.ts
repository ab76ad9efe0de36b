import { masterKind } from "../../kernel/master-kind.ts";

/** From the proposal on, an opportunity needs an amount and a close date. */
const proposalRequirements = { required_fields: ["amount", "close_date"] };

export const OPPORTUNITY_STAGES = masterKind("opportunity_stages", {
  label: "Opportunity stages",
  extras: ["probability", "forecast_category", "is_closed", "is_won", "required_fields", "exit_checks"],
  defaults: () => [
    { code: "prospecting", name: "Prospecting", probability: 10, color: "#2563eb" },
    { code: "qualification", name: "Qualification", probability: 20, color: "#4f46e5" },
    { code: "needs_analysis", name: "Needs Analysis", probability: 40, color: "#7c3aed" },
    {
      code: "proposal",
      name: "Proposal",
      probability: 60,
      forecast_category: "BEST_CASE",
      color: "#d97706",
      ...proposalRequirements,
    },
    {
      code: "negotiation",
      name: "Negotiation",
      probability: 80,
      forecast_category: "COMMIT",
      color: "#ea580c",
      ...proposalRequirements,
    },
    {
      code: "closed_won",
      name: "Closed Won",
      probability: 100,
      forecast_category: "CLOSED",
      is_closed: true,
      is_won: true,
      required_fields: ["customer_id", "amount"],
      color: "#16a34a",
    },
    {
      code: "closed_lost",
      name: "Closed Lost",
      probability: 0,
      forecast_category: "OMITTED",
      is_closed: true,
      is_won: false,
      color: "#6b7280",
    },
  ],
});

/** The reasons for which opportunities are won and lost. */
export const WIN_LOSS_REASONS = masterKind("win_loss_reasons", {
  label: "Win and loss reasons",
  extras: ["reason_type", "category", "requires_details"],
  defaults: () => [
    { code: "best_price", name: "Best price", reason_type: "WON", category: "Price" },
    { code: "best_fit", name: "Best fit", reason_type: "WON", category: "Product" },
    { code: "relationship", name: "Relationship", reason_type: "WON", category: "Sales" },
    { code: "won_other", name: "Won for another reason", reason_type: "WON", category: "Other", requires_details: true },
    { code: "price_too_high", name: "Price too high", category: "Price" },
    { code: "feature_gap", name: "Feature gap", category: "Product" },
    { code: "competitor_chosen", name: "Competitor chosen", category: "Competition" },
    { code: "no_budget", name: "No budget", category: "Price" },
    { code: "no_decision", name: "No decision", category: "Sales" },
    { code: "timing", name: "Wrong time", category: "Sales" },
    { code: "lost_other", name: "Lost for another reason", category: "Other", requires_details: true },
  ],
});
