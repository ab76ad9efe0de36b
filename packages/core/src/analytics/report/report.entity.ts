import * as z from "zod";
import { aboutUser, personalData, reach } from "../../kernel/personal-data.ts";
import { registryName } from "../../kernel/registry.ts";
import { name, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { sharings } from "../../platform/saved-view/sharing.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Definition } from "./definition.ts";
import { lineKindNames, REPORT } from "./report.kind.ts";

/** The fields of a report beside what it shows. */
export const fields = {
  name: personalData("preference", name(100)),
  kind: personalData(
    "preference",
    registryName("kinds", lineKindNames).describe(
      "Kind of the records that the report reads; also `opportunity_line` and `order_line`",
    ),
  ),
  visibility: personalData(
    "preference",
    oneOf(sharings)
      .default("PRIVATE")
      .describe("Users who can see the definition besides its owner. Each reader gets the rows that this reader sees"),
  ),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  audience: personalData("staff", z.string().describe("The user or team that can see it, or `everyone`")),
  definition: personalData("free_text", Definition.describe("Columns, conditions, groupings, measures and order")),
});

export type ReportRecord = z.output<typeof Stored> & BaseRecord;

export const Reports = new Collection<ReportRecord>({
  kind: REPORT,
  schema: Stored,
  personalData: { purpose: "Keep reports that users defined.", subject: aboutUser(reach("audience", USER)) },
  row: ["name", "kind", "visibility", "audience"],
  indexes: { by_time: indexBy(), by_owner: indexBy("audience") },
  owner: "audience",
  filters: { kind: { field: "kind" } },
});
