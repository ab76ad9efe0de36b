import { id } from "../../kernel/schema.ts";
import { AuditTrail } from "../../storage/stream/audit-trail.ts";
import { USER } from "../user/user.kind.ts";
import { Audit } from "./audit.ts";

export const audit = {
  collection: AuditTrail,
  query: Audit.Query,
  listQuery: Audit.listQuery,
  info: Audit.Info,
  fields: { user_id: id(USER) },
  load: Audit.load,
  present: Audit.present,
};
