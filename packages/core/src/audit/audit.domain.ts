import { domain } from "../kernel/domain.ts";
import { grants } from "../kernel/permission.ts";
import { AUDIT } from "../storage/project/audit.ts";

export const auditGrants = grants("audit", {
  read: ["ADMIN", "DIRECTOR"],
});

export const audit = domain({
  name: "audit",
  kinds: [AUDIT],
  grants: [auditGrants],
  exports: { audit: async () => (await import("./audit.export.ts")).audit },
});
