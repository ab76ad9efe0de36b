import { invalid } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { OPPORTUNITY } from "./opportunity.kind.ts";
import { Opportunity } from "./opportunity.ts";

/** Returns the id of the visible opportunity with this id or number. Throws VALIDATION_ERROR on `opportunity_id` if there is none. */
export async function resolveOpportunityId(reference: string): Promise<string> {
  const id = isId(reference, OPPORTUNITY)
    ? reference
    : await (await Opportunity.matching()).fields.opportunity_number?.find(reference, undefined);
  if (id === undefined) throw invalid("opportunity_id", "No opportunity that you can see has this id or number");
  return id;
}
