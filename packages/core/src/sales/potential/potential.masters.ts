import { buildDefaults, masterKind } from "../../kernel/master-kind.ts";

/** The outcomes of a potential. A final status closes it. */
export const POTENTIAL_STATUSES = masterKind("potential_statuses", {
  label: "Potential statuses",
  extras: ["is_final", "is_successful"],
  fallback: "new",
  defaults: () => [
    { code: "new", name: "New", color: "#2563eb" },
    { code: "open", name: "Open", color: "#7c3aed" },
    { code: "on_hold", name: "On Hold", color: "#d97706" },
    { code: "won", name: "Won", color: "#16a34a", is_final: true, is_successful: true },
    { code: "lost", name: "Lost", color: "#6b7280", is_final: true },
  ],
});

/** The progress of the person towards buying, independent of the status. */
export const POTENTIAL_STAGES = masterKind("potential_stages", {
  label: "Potential stages",
  extras: [],
  defaults: () => buildDefaults("Identified", "Contacted", "Interested", "Evaluating", "Ready to Buy"),
});
