import { masterKind } from "../../kernel/master-kind.ts";

export const AFTER_SALES_REASONS = masterKind("after_sales_reasons", {
  label: "After-sales reasons",
  extras: [],
  defaults: () => [
    { code: "damaged", name: "Damaged on arrival" },
    { code: "defective", name: "Defective" },
    { code: "wrong_item", name: "Wrong item" },
    { code: "missing_parts", name: "Missing parts" },
    { code: "not_as_described", name: "Not as described" },
    { code: "arrived_late", name: "Arrived too late" },
    { code: "no_longer_wanted", name: "No longer wanted" },
    { code: "other", name: "Other" },
  ],
});
