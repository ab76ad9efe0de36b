import * as z from "zod";
import { fn } from "../kernel/fn.ts";
import { query, text } from "../kernel/schema.ts";
import { pageOf } from "../storage/read/in-memory.ts";
import { read } from "./opportunity.ts";

/** What opportunities will have once these are domains: until then there is none of it. */

const Query = z.strictObject({ id: text(64), page: query.int(1, 100).optional(), limit: query.int(1, 100).optional() });

export const Row = z.object({ id: z.string() });

export const quotes = fn(Query, async ({ id, ...paging }) => {
  const opportunity = await read(id);
  return pageOf<z.output<typeof Row>>(paging, { fingerprint: opportunity.id, values: async () => [], keyOf: (row) => row.id });
});

export * as OpportunityComing from "./coming.ts";
