import * as z from "zod";
import { createHelp } from "../../kernel/create-help.ts";
import { aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { currency, id, master, name, oneOf, text, toStoredShape } from "../../kernel/schema.ts";
import { TERRITORIES } from "../../platform/master-data/shared.masters.ts";
import { sharings } from "../../platform/saved-view/sharing.ts";
import { TEAM, USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { figureNames } from "../figure/figure-registry.ts";
import { periodLengths } from "../target/target-period.rules.ts";
import { targetValue } from "../target/target-value.rules.ts";
import { KPI } from "./kpi.kind.ts";
import { directions } from "./status.rules.ts";

export const targetTypes = ["FIXED", "TARGETS"] as const;

/** The fields of a KPI that users write. */
export const fields = {
  name: personalData("preference", name(100)),
  description: personalData("preference", text(500).nullish()),
  figure: personalData("preference", oneOf(figureNames).describe("Name of the figure, as in `GET /analytics/figures`")),
  user_id: id(USER).nullish().describe("Only the records of this user"),
  team_id: personalData("preference", id(TEAM).nullish().describe("Only the records of users who are in this team today")),
  territory_id: personalData(
    "preference",
    master(TERRITORIES).nullish().describe("Only the records of users whose team has this territory today"),
  ),
  period_length: personalData(
    "preference",
    oneOf(periodLengths).default("month").describe("The KPI is of the current month, quarter or year"),
  ),
  target_type: personalData(
    "preference",
    oneOf(targetTypes)
      .default("TARGETS")
      .describe("`FIXED`: `target_value` of each period; `TARGETS`: the targets of the figure, rolled up"),
  ),
  target_value: personalData("preference", targetValue().nullish().describe("For `FIXED`, in the unit of the figure")),
  currency: personalData(
    "preference",
    currency().nullish().describe("For a `target_value` that is money").meta(createHelp("Default: the tenant's currency")),
  ),
  direction: personalData(
    "preference",
    oneOf(directions).default("HIGHER").describe("Whether higher or lower values are better"),
  ),
  sharing: personalData(
    "preference",
    oneOf(sharings)
      .default("PRIVATE")
      .describe("Users who can see it besides its owner. Each reader gets the value of records that this reader sees"),
  ),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  audience: personalData("staff", z.string().describe("The user or team that can see it, or `everyone`")),
});

export type KpiRecord = z.output<typeof Stored> & BaseRecord;

export const Kpis = new Collection<KpiRecord>({
  kind: KPI,
  schema: Stored,
  personalData: { purpose: "Keep the key figures that users follow.", subject: aboutUser(reach("audience", USER)) },
  row: ["name", "figure", "period_length", "target_type", "direction", "sharing", "audience"],
  indexes: { by_time: indexBy(), by_owner: indexBy("audience") },
  owner: "audience",
  filters: { figure: { field: "figure" } },
});
