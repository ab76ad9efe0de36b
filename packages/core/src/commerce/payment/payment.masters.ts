import { masterKind } from "../../kernel/master-kind.ts";

export const PAYMENT_METHODS = masterKind("payment_methods", {
  label: "Payment methods",
  extras: [],
  defaults: () => [
    { code: "bank_transfer", name: "Bank transfer" },
    { code: "card", name: "Card" },
    { code: "direct_debit", name: "Direct debit" },
    { code: "cash", name: "Cash" },
    { code: "check", name: "Check" },
    { code: "paypal", name: "PayPal" },
    { code: "other", name: "Other" },
  ],
});
