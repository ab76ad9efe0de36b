import { kind } from "../../kernel/id.ts";
import { declarePermissions } from "../../kernel/permission.ts";

export const AUDIT = kind("audit", "aud", {
  path: "/audit",
  isStandalone: true,
  derived: true,
  load: () => import("../../storage/stream/audit-trail.ts"),
  display: { menu: "data", icon: "history", title: "{operation} {record_type}" },
});

export const auditGrants = declarePermissions("audit", {
  read: ["ADMIN", "DIRECTOR"],
});
