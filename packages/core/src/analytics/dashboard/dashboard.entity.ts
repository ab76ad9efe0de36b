import * as z from "zod";
import { aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { name, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { sharings } from "../../platform/saved-view/sharing.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { DASHBOARD } from "./dashboard.kind.ts";
import { MAX_TILES, Tile } from "./tile.rules.ts";

export const spans = ["last_30_days", "this_month", "this_quarter", "this_year"] as const;

/** The fields of a dashboard that users write. */
export const fields = {
  name: personalData("preference", name(100)),
  description: personalData("preference", text(500).nullish()),
  span: personalData(
    "preference",
    oneOf(spans).default("last_30_days").describe("The period of its figures, unless the reader chooses another one"),
  ),
  tiles: personalData("preference", z.array(Tile).max(MAX_TILES)),
  sharing: personalData(
    "preference",
    oneOf(sharings)
      .default("PRIVATE")
      .describe("Users who can see it besides its owner. Each reader gets the numbers that this reader sees"),
  ),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  audience: personalData("staff", z.string().describe("The user or team that can see it, or `everyone`")),
});

export type DashboardRecord = z.output<typeof Stored> & BaseRecord;

export const Dashboards = new Collection<DashboardRecord>({
  kind: DASHBOARD,
  schema: Stored,
  personalData: { purpose: "Keep dashboards that users arranged.", subject: aboutUser(reach("audience", USER)) },
  row: ["name", "description", "span", "sharing", "audience"],
  indexes: { by_time: indexBy(), by_owner: indexBy("audience") },
  owner: "audience",
  filters: {},
});
