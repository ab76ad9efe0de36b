import { domain } from "../../kernel/domain.ts";
import { AUDIT, auditGrants } from "./audit.kind.ts";

export const audit = domain({
  name: "audit",
  kinds: [AUDIT],
  grants: [auditGrants],
  schedules: {
    "audit-archive": {
      basis: "release",
      rate: "rate(1 day)",
      description: "Moves audit entries that are old enough to the object store",
      uses: ["domains", "audit_days", "objects:audit:put", "objects:audit:get"],
      table: [
        { actions: ["Query"], keyspace: "tenants" },
        { actions: ["BatchGetItem", "BatchWriteItem"] },
        { actions: ["Query"], indexes: ["by_time"] },
      ],
      load: async () => (await import("./archive.ts")).archiveEntries,
    },
  },
  exports: { audit: { read: auditGrants.read, load: async () => (await import("./audit.export.ts")).audit } },
});
