import { Quote } from "../agreements/quote/quote.ts";
import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Opportunity } from "../sales/opportunity/opportunity.ts";

/** Lists the quotes of an opportunity that the caller sees. Quotes that the caller does not see are left out. */
export const listByOpportunity = fn(
  Quote.Query.omit({ opportunity: true }).extend({ id: text(64) }),
  async ({ id, ...query }) => {
    const opportunity = await Opportunity.read(id);
    return Quote.list({ ...query, opportunity: opportunity.id });
  },
);

export * as OpportunityQuotes from "./opportunity-quotes.ts";
