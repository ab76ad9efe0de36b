import { declared } from "../jobs/export/exportable.ts";
import { Member } from "./member.ts";
import { reengagementGrants } from "./reengagement.domain.ts";

export const members = declared(Member.listed, {
  entity: "members",
  read: reengagementGrants.read,
  shown: (records) => Member.shownWhole(records),
});
