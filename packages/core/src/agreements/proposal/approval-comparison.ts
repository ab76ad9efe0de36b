import { withLevelComparison } from "../approval/level-comparison.ts";
import { QuoteAccess } from "../quote/quote-access.ts";
import { ProposalApproval } from "./approval.rule-kind.ts";
import { checkLevels } from "./approval-need.rules.ts";
import { Proposals } from "./proposal.entity.ts";

/** The kind of rule for the approval of proposals, with its dry run. */
export const proposalApproval = withLevelComparison(ProposalApproval, {
  collection: Proposals,
  toTitle: ({ proposal_number, name }) => `${proposal_number} ${name}`,
  loadCheck: async ({ quote_id }) => {
    const quote = quote_id === null ? undefined : await QuoteAccess.load(quote_id);
    return ({ levels }) => ({ levels: checkLevels(levels, quote) });
  },
});
