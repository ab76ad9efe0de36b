import { columnsOf, declared } from "../jobs/export/exportable.ts";
import { userGrants } from "./user.domain.ts";
import { User } from "./user.ts";

export const users = declared(User.listed, {
  entity: "users",
  read: userGrants.read,
  columns: async () => {
    const { collection, info, fields } = User.listed;
    return columnsOf(collection, info.shape, fields).filter(({ name }) => !User.hidden().includes(name));
  },
  shown: async (records) => records.map(User.shown),
});
