import type * as z from "zod";
import { parse } from "../../kernel/fn.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import type { ListDefinition } from "../export/exportable.ts";
import { type MasterRecord, Masters } from "./master.entity.ts";
import { Master } from "./master.ts";

type Query = z.output<typeof Master.ExportQuery>;

const listExportValues = (query: Query) => Master.listAllValues({ ...query, kind: parse(Master.Query.shape.kind, query.kind) });

/** Exports read values from memory, because defaults that the tenant has not changed are not stored. */
async function listQuery(query: Query): Promise<ListQuery> {
  await listExportValues(query);
  const { search, deleted = false } = query;
  const unpaged = { page: 1, limit: 1, sort: "created_at", order: "asc", cursor: undefined } as const;
  return { ...unpaged, search, deleted, filters: {}, ranges: {} };
}

export const masters: ListDefinition<MasterRecord> = {
  collection: Masters,
  query: Master.ExportQuery,
  listQuery,
  info: Master.Info,
  fields: {},
  values: (query) => listExportValues(query as Query),
};
