import * as z from "zod";
import { fn } from "../kernel/fn.ts";
import { query, text } from "../kernel/schema.ts";
import { pageOf } from "../storage/read/in-memory.ts";
import { read } from "./customer.ts";

/** What customers will have once it is a domain: until then there is none of it. */

const Query = z.strictObject({ id: text(64), page: query.int(1, 100).optional(), limit: query.int(1, 100).optional() });

export const Row = z.object({ id: z.string() });

const none = fn(Query, async ({ id, ...paging }) => {
  const customer = await read(id);
  return pageOf<z.output<typeof Row>>(paging, { fingerprint: customer.id, values: async () => [], keyOf: (row) => row.id });
});

export const contracts = none;

export * as Coming from "./coming.ts";
