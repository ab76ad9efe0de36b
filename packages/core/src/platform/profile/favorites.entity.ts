import * as z from "zod";
import { aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { id } from "../../kernel/schema.ts";
import { type BaseRecord, Collection } from "../../storage/table/collection.ts";
import { USER } from "../user/user.kind.ts";
import { FAVORITES } from "./profile.kind.ts";

export const Stored = z.object({
  user_id: id(USER),
  record_ids: personalData(
    "preference",
    z.array(z.string()).describe("Records of any kind and saved views, in the order of the user"),
  ),
});

export type FavoritesRecord = z.output<typeof Stored> & BaseRecord;

/** One record beside the user, created with the first favorite. */
export const FavoriteLists = new Collection<FavoritesRecord>({
  kind: FAVORITES,
  schema: Stored,
  personalData: { purpose: "Show users the records and views that they chose.", subject: aboutUser(reach("user_id", USER)) },
  row: ["user_id"],
  indexes: {},
});
