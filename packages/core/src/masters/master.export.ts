import type * as z from "zod";
import { declared } from "../jobs/export/exportable.ts";
import { parse } from "../kernel/fn.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { Masters } from "./master.entity.ts";
import { Master } from "./master.ts";
import { masterGrants } from "./masters.domain.ts";

type Query = z.output<typeof Master.Filed>;

const valuesOf = (query: Query) => Master.allOf({ ...query, kind: parse(Master.Query.shape.kind, query.kind) });

/** They lie in memory, where the defaults that a tenant has not changed are among them. */
async function asked(query: Query): Promise<ListQuery> {
  await valuesOf(query);
  const { search, deleted = false } = query;
  const unpaged = { page: 1, limit: 1, sort: "created_at", order: "asc", cursor: undefined } as const;
  return { ...unpaged, search, deleted, filters: {}, ranges: {} };
}

export const masters = declared(
  { collection: Masters, query: Master.Filed, asked, info: Master.Info, fields: {} },
  { entity: "masters", read: masterGrants.read, values: (query) => valuesOf(query as Query) },
);
