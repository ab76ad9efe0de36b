import { fn } from "../../kernel/fn.ts";
import { text } from "../../kernel/schema.ts";
import { Opportunity } from "../../sales/opportunity/opportunity.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { StageActions, Stored } from "./stage-action.entity.ts";

export const Info = Stored;

/** Lists the automated actions for an opportunity, newest first. A user who can see the opportunity can see them. */
export const list = fn(listSchema(StageActions, {}).extend({ id: text(64) }), async ({ id, ...query }) => {
  const opportunity = await Opportunity.read(id);
  return listRecords(StageActions, { ...buildListQuery(StageActions, query), parent: opportunity.id });
});

export * as StageActionLog from "./action-log.ts";
