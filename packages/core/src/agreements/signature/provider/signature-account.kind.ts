import { kind } from "../../../kernel/id.ts";
import { declarePermissions } from "../../../kernel/permission.ts";

export const signatureAccountGrants = declarePermissions("signature_account", {
  manage: ["ADMIN"],
});

/** An account with a signature provider, and its sealed key. */
export const SIGNATURE_ACCOUNT = kind("signature_account", "sac", {
  path: "/signature-accounts",
  read: signatureAccountGrants.manage,
  load: () => import("./signature-account.entity.ts"),
  display: { menu: "settings", icon: "signature" },
});
