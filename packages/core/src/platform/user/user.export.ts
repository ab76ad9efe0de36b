import { type ListDefinition, listColumns } from "../export/exportable.ts";
import type { UserRecord } from "./user.entity.ts";
import { User } from "./user.ts";

export const users: ListDefinition<UserRecord> = {
  ...User.listDefinition,
  columns: async () => {
    const { collection, info, fields } = User.listDefinition;
    return listColumns(collection, info.shape, fields).filter(({ name }) => !User.listHiddenFields().includes(name));
  },
  present: async (records) => records.map(User.present),
};
