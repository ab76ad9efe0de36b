import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Opportunity } from "../opportunity/opportunity.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import { StageActions, Stored } from "./stage-action.entity.ts";

export const Info = Stored;

/** What was done for an opportunity because its stage changed, newest first; seen by whoever sees the opportunity. */
export const list = fn(listSchema(StageActions, {}).extend({ id: text(64) }), async ({ id, ...query }) => {
  const opportunity = await Opportunity.read(id);
  return listRecords(StageActions, { ...queryOf(StageActions, query), parent: opportunity.id });
});

export * as DoneByStage from "./done.ts";
