import { fn } from "../kernel/fn.ts";
import { text } from "../kernel/schema.ts";
import { Opportunity } from "../opportunity/opportunity.ts";
import { Quote } from "../quote/quote.ts";

/** The quotes of an opportunity that the caller sees, as far as they see the quotes themselves. */
export const ofOpportunity = fn(Quote.Query.omit({ opportunity: true }).extend({ id: text(64) }), async ({ id, ...query }) => {
  const opportunity = await Opportunity.read(id);
  return Quote.list({ ...query, opportunity: opportunity.id });
});

export * as QuotesOf from "./quotes-of.ts";
