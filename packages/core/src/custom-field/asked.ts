import type * as z from "zod";
import { Master } from "../masters/master.ts";
import { type Paging, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import type { BaseRecord, Collection } from "../storage/table/collection.ts";
import { CustomFields } from "./values.ts";

/** What the list of a kind with the tenant's own fields is asked for: those that the caller sees, and master data by its ids. */
export const askedOf =
  <R extends BaseRecord, Q extends z.ZodType<Paging> & Pick<z.ZodObject, "shape">>(collection: Collection<R>, query: Q) =>
  async (input: z.output<Q>): Promise<ListQuery> => {
    await CustomFields.requireSeen(collection.name, input);
    return queryOf(collection, await Master.resolveAll(query.shape, input, input));
  };
