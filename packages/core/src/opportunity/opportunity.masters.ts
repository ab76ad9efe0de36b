import { masterKind } from "../masters/kind.ts";
import { endOf } from "../masters/stage.rules.ts";

export const OPPORTUNITY_STAGES = masterKind("opportunity_stages", {
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
});
