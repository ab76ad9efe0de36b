import { declareExport, listColumns } from "../export/exportable.ts";
import { userGrants } from "./user.kind.ts";
import { User } from "./user.ts";

export const users = declareExport(User.listDefinition, {
  entity: "users",
  read: userGrants.read,
  columns: async () => {
    const { collection, info, fields } = User.listDefinition;
    return listColumns(collection, info.shape, fields).filter(({ name }) => !User.listHiddenFields().includes(name));
  },
  present: async (records) => records.map(User.present),
});
