import { id } from "../../kernel/schema.ts";
import { AuditTrail } from "../../storage/stream/audit-trail.ts";
import { declareExport } from "../export/exportable.ts";
import { USER } from "../user/user.kind.ts";
import { auditGrants } from "./audit.kind.ts";
import { Audit } from "./audit.ts";

export const audit = declareExport(
  {
    collection: AuditTrail,
    query: Audit.list.schema,
    listQuery: Audit.listQuery,
    info: Audit.Info,
    fields: { user_id: id(USER) },
  },
  { entity: "audit", read: auditGrants.read, load: Audit.load, present: Audit.present },
);
