import { kind } from "../../kernel/id.ts";
import { declarePermissions, everyone, leaders } from "../../kernel/permission.ts";

/** A request to sign a record. Users who see the record see its requests. */
export const SIGNATURE_REQUEST = kind("signature_request", "sgq", {
  path: "/signature-requests",
  load: () => import("./signature.entity.ts"),
  display: { menu: "agreements", icon: "signature", title: "{name}" },
});

/** A signer is stored inside its request. */
export const SIGNER = kind("signer", "sgn");

export const signatureGrants = declarePermissions("signature_request", {
  read: everyone,
  write: [...leaders, "SALES_REP", "USER"],
});
