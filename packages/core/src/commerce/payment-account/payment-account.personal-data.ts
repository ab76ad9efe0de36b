import type { PersonalData } from "../../platform/personal-data/declaration.ts";
import type { PaymentAccountRecord } from "./payment-account.entity.ts";

export const paymentAccount: PersonalData<PaymentAccountRecord> = {
  purpose: "Connect the tenant's account with a payment provider.",
  subject: undefined,
  fields: {
    provider: "none",
    name: "none",
    mode: "none",
    api_version: "none",
    external_account: "none",
    webhook_id: "none",
    is_default: "none",
    secret_changed_at: "none",
    reconcile_at: "none",
    reconciled_until: "none",
    reconciliation_problem: "none",
    checked_count: "none",
    posted_count: "none",
    difference_count: "none",
    differences: "none",
    reconciliation_progress: "none",
    sealed: "credential",
  },
  sealedValues: { "*": "credential" },
};
