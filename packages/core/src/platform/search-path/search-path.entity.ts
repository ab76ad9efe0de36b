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
    .describe("`auto_data.vehicles[].vin`: [] is each of a list"),
  type: oneOf(types)
    .optional()
    .describe("How values are compared; where a schema tells it, that; otherwise text unless told otherwise"),
  sort: z.boolean().default(false).describe("Whether lists may be in its order as well; not of what a record has several of"),
};

export const Stored = z.object({
  entity: fields.entity,
  path: z.string(),
  type: oneOf(fieldTypes),
  sort: z.boolean(),
  status: oneOf(declarationStatuses).describe("READY: lists take it; before, records that are there are being gone through"),
  records_done: z.number().int().describe("Records that have been gone through for the present status"),
  records_failed: z.number().int().describe("Records that could not be gone through"),
  revision: z.number().int().describe("Rises when entries have to be made anew"),
  due_at: instant().nullable().describe("When work on it goes on; null when there is none"),
});

export type SearchPathRecord = z.output<typeof Stored> & BaseRecord;

export const SearchPaths = new Collection<SearchPathRecord>({
  kind: SEARCH_PATH,
  schema: Stored,
  row: ["entity", "path", "type", "sort", "status", "records_done", "records_failed", "revision", "due_at"],
  indexes: { by_time: indexBy(), by_class: indexBy("entity"), by_status: indexBy("status") },
  filters: {
    entity: { index: "by_class", field: "entity" },
    status: { index: "by_status", field: "status" },
  },
  clocks: { work: ({ due_at }) => due_at },
});
