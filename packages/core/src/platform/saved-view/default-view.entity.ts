import * as z from "zod";
import { aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { id } from "../../kernel/schema.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { USER } from "../user/user.kind.ts";
import { VIEW_DEFAULTS } from "./saved-view.kind.ts";

export const Stored = z.object({
  user_id: id(USER),
  views: personalData("preference", z.record(z.string(), z.string()).describe("The id of a view by the name of its kind")),
});

export type DefaultsRecord = z.output<typeof Stored> & BaseRecord;

/** The default view of a user for each kind. */
export const ViewDefaults = new Collection<DefaultsRecord>({
  kind: VIEW_DEFAULTS,
  schema: Stored,
  personalData: { purpose: "Open lists with the view that a user chose.", subject: aboutUser(reach("user_id", USER)) },
  row: ["user_id", "views"],
  indexes: { by_time: indexBy() },
});
