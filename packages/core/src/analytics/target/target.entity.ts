import * as z from "zod";
import { createHelp } from "../../kernel/create-help.ts";
import { aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { currency, date, id, master, oneLine, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { TERRITORIES } from "../../platform/master-data/shared.masters.ts";
import { TEAM, USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { figureNames } from "../figure/figure-registry.ts";
import { TARGET } from "./target.kind.ts";
import { findFirstDay, PERIOD_PATTERN } from "./target-period.rules.ts";
import { targetValue } from "./target-value.rules.ts";

/** The fields of a target that users write. The first five identify it and cannot be changed. */
export const fields = {
  figure: oneOf(figureNames).describe("Name of the figure, as in `GET /analytics/figures`"),
  user_id: id(USER).nullish().describe("The user whose target it is. Without user, team and territory, it is the organization's"),
  team_id: personalData("none", id(TEAM).nullish()),
  territory_id: personalData(
    "none",
    master(TERRITORIES).nullish().describe("The target of the users whose team has the territory"),
  ),
  period: personalData(
    "none",
    oneLine(7)
      .toUpperCase()
      .regex(PERIOD_PATTERN, "Must be a month, quarter or year from 2000 to 2099, such as 2026-11, 2026-Q4 or 2026")
      .meta({ examples: ["2026-11"] }),
  ),
  value: personalData("employment", targetValue().describe("In the unit of the figure")),
  currency: personalData(
    "none",
    currency()
      .nullish()
      .describe("For a figure that is money; null for other figures")
      .meta(createHelp("Default: the tenant's currency")),
  ),
};

export const ORGANIZATION = "organization";

interface Owner {
  user_id?: string | null | undefined;
  team_id?: string | null | undefined;
  territory_id?: string | null | undefined;
}

/** Returns whose target it is: the id of the user, team or territory, or `organization`. */
export const findScope = ({ user_id, team_id, territory_id }: Owner): string =>
  user_id ?? team_id ?? territory_id ?? ORGANIZATION;

export const Stored = z.object({
  ...toStoredShape(fields),
  period_start: personalData("none", date().describe("First day of the period")),
});

export type TargetRecord = z.output<typeof Stored> & BaseRecord;

/** Targets. The id begins with the first day of the period, so the index by figure is in order of periods. */
export const Targets = new Collection<TargetRecord>({
  kind: TARGET,
  schema: Stored,
  personalData: {
    purpose: "Compare figures with what users, teams and territories should reach.",
    subject: aboutUser(reach("user_id", USER)),
  },
  row: ["figure", "user_id", "team_id", "territory_id", "period", "value", "currency", "period_start"],
  indexes: {
    by_time: indexBy(),
    by_owner: indexBy("user_id"),
    by_class: indexBy("figure"),
    by_status: indexBy("period"),
  },
  owner: "user_id",
  timeField: "period_start",
  computed: { period_start: ({ period }) => findFirstDay(period) },
  filters: {
    figure: { index: "by_class", field: "figure" },
    period: { index: "by_status", field: "period", hasOwnCounters: true },
  },
});
