import type { Layout } from "../../kernel/layout.ts";

export const paymentAccount: Layout = {
  sections: [
    { name: "key", label: "Key fields", fields: ["name", "provider", "mode", "is_default"] },
    {
      name: "connection",
      label: "Connection",
      fields: ["webhook_id", "external_account", "api_version", "secret_changed_at"],
    },
    {
      name: "reconciliation",
      label: "Reconciliation",
      fields: [
        "reconciled_until",
        "reconcile_at",
        "reconciliation_problem",
        "checked_count",
        "posted_count",
        "difference_count",
        "differences",
      ],
    },
  ],
  columns: ["name", "provider", "mode", "is_default", "reconciled_until", "reconciliation_problem", "difference_count"],
  card: ["provider", "mode", "reconciled_until"],
  tabs: [],
  actions: { reconcilePaymentAccount: { isPrimary: true } },
};
