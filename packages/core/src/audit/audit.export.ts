import { declared } from "../jobs/export/exportable.ts";
import { id } from "../kernel/schema.ts";
import { AuditTrail } from "../storage/project/audit.ts";
import { USER } from "../user/user.domain.ts";
import { auditGrants } from "./audit.domain.ts";
import { Audit } from "./audit.ts";

export const audit = declared(
  { collection: AuditTrail, query: Audit.list.schema, asked: Audit.asked, info: Audit.Info, fields: { user_id: id(USER) } },
  { entity: "audit", read: auditGrants.read, load: Audit.load, shown: Audit.shown },
);
