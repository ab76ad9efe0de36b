import { declareExport } from "../../platform/export/exportable.ts";
import { Member } from "./member.ts";
import { reengagementGrants } from "./reengagement.kind.ts";

export const members = declareExport(Member.listDefinition, {
  entity: "members",
  read: reengagementGrants.read,
  present: (records) => Member.presentRecords(records),
});
