import * as z from "zod";
import { registryName } from "../../kernel/registry.ts";
import { name, oneOf, toStoredShape } from "../../kernel/schema.ts";
import { sharings } from "../../platform/saved-view/sharing.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { Definition } from "./definition.ts";
import { lineKindNames, REPORT } from "./report.kind.ts";

/** The fields of a report beside what it shows. */
export const fields = {
  name: name(100),
  kind: registryName("kinds", lineKindNames).describe(
    "Kind of the records that the report reads; also `opportunity_line` and `order_line`",
  ),
  visibility: oneOf(sharings)
    .default("PRIVATE")
    .describe("Users who can see the definition besides its owner. Each reader gets the rows that this reader sees"),
};

export const Stored = z.object({
  ...toStoredShape(fields),
  audience: z.string().describe("The user or team that can see it, or `everyone`"),
  definition: Definition.describe("Columns, conditions, groupings, measures and order"),
});

export type ReportRecord = z.output<typeof Stored> & BaseRecord;

export const Reports = new Collection<ReportRecord>({
  kind: REPORT,
  schema: Stored,
  row: ["name", "kind", "visibility", "audience"],
  indexes: { by_time: indexBy(), by_owner: indexBy("audience") },
  owner: "audience",
  filters: { kind: { field: "kind" } },
});
