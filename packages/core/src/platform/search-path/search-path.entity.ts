import * as z from "zod";
import { fieldTypes } from "../../kernel/field.ts";
import { registryName } from "../../kernel/registry.ts";
import { instant, oneOf, text } from "../../kernel/schema.ts";
import { declarationStatuses } from "../../storage/read/path-declarations.ts";
import { type BaseRecord, Collection, indexBy } from "../../storage/table/collection.ts";
import { SEARCH_PATH } from "./search-path.kind.ts";

/** The name of a kind of record that takes search paths. */
export type Entity = string;

/** The types that a value inside detail can have. */
export const types = fieldTypes.filter((type) => type !== "json" && type !== "master");

/** The fields of a search path that users write. */
export const fields = {
  entity: registryName("search_paths"),
  path: text(200)
    .meta({ examples: ["metadata.region"] })
    .describe("Such as `auto_data.vehicles[].vin`; [] means each element of a list"),
  type: oneOf(types)
    .optional()
    .describe("How values are compared. Defaults to the type in the schema, if there is one, and otherwise to text"),
  sort: z
    .boolean()
    .default(false)
    .describe("Whether lists can also be sorted by it. Not allowed if a record can have several values"),
};

export const Stored = z.object({
  entity: fields.entity,
  path: z.string(),
  type: oneOf(fieldTypes),
  sort: z.boolean(),
  status: oneOf(declarationStatuses).describe("READY: lists support it; before that, existing records are being processed"),
  records_done: z.number().int().describe("Records processed for the current status"),
  records_failed: z.number().int().describe("Records that could not be processed"),
  revision: z.number().int().describe("Increases when entries must be rebuilt"),
  due_at: instant().nullable().describe("When processing continues; null if there is none"),
});

export type SearchPathRecord = z.output<typeof Stored> & BaseRecord;

export const SearchPaths = new Collection<SearchPathRecord>({
  kind: SEARCH_PATH,
  schema: Stored,
  personalData: { purpose: "Declare which nested fields are searchable." },
  row: ["entity", "path", "type", "sort", "status", "records_done", "records_failed", "revision", "due_at"],
  indexes: { by_time: indexBy(), by_class: indexBy("entity"), by_status: indexBy("status") },
  filters: {
    entity: { index: "by_class", field: "entity" },
    status: { index: "by_status", field: "status" },
  },
  clocks: { work: ({ due_at }) => due_at },
});
