import type * as z from "zod";
import { buildListQuery, type Paging } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import type { BaseRecord, Collection } from "../../storage/table/collection.ts";
import { Master } from "../master-data/master.ts";
import { CustomFields } from "./values.ts";

/** Converts the query of a list with custom fields: refuses fields that the caller does not see, and resolves master data to ids. */
export const listQueryFor =
  <R extends BaseRecord, Q extends z.ZodType<Paging> & Pick<z.ZodObject, "shape">>(collection: Collection<R>, query: Q) =>
  async (input: z.output<Q>): Promise<ListQuery> => {
    await CustomFields.requireVisible(collection, input);
    return buildListQuery(collection, await Master.resolveAll(query.shape, input, input));
  };
