import { withLevelComparison } from "../approval/level-comparison.ts";
import { ContractApproval } from "./approval.rule-kind.ts";
import { loadApprovalFacts } from "./approval-facts.ts";
import { checkRounds } from "./approval-need.rules.ts";
import { Contracts } from "./contract.entity.ts";

/** The kind of rule for the approval of contracts, with its dry run. */
export const contractApproval = withLevelComparison(ContractApproval, {
  collection: Contracts,
  toTitle: ({ contract_number, title }) => `${contract_number} ${title}`,
  loadCheck: async (contract) => {
    const facts = await loadApprovalFacts(contract);
    return (definition) => checkRounds(definition, facts);
  },
});
