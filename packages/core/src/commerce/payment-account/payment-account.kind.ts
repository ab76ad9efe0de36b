import { kind } from "../../kernel/id.ts";
import { declarePermissions } from "../../kernel/permission.ts";

export const paymentAccountGrants = declarePermissions("payment_account", { manage: ["ADMIN"] });

/** An account with a payment provider, and its sealed key. */
export const PAYMENT_ACCOUNT = kind("payment_account", "pac", {
  path: "/payment-accounts",
  read: paymentAccountGrants.manage,
  load: () => import("./payment-account.entity.ts"),
  display: { menu: "settings", icon: "credit-card" },
});
