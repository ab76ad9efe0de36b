import { withLevelComparison } from "../approval/level-comparison.ts";
import { QuoteApproval } from "./approval.rule-kind.ts";
import { checkLevels, measureDiscounts } from "./approval-need.rules.ts";
import { Quotes } from "./quote.entity.ts";

/** The kind of rule for the approval of quotes, with its dry run. */
export const quoteApproval = withLevelComparison(QuoteApproval, {
  collection: Quotes,
  toTitle: ({ quote_number, name }) => `${quote_number} ${name}`,
  loadCheck: async (quote) => {
    const measures = measureDiscounts(quote.line_items, quote, quote.currency);
    return ({ levels }) => ({ levels: checkLevels(levels, measures, quote.currency) });
  },
});
