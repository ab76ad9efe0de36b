import { withLevelComparison } from "../approval/level-comparison.ts";
import { Amendments } from "./amendment.entity.ts";
import { ContractAmendmentApproval } from "./approval.rule-kind.ts";
import { checkRounds } from "./approval-need.rules.ts";

/** The kind of rule for the approval of amendments, with its dry run. */
export const amendmentApproval = withLevelComparison(ContractAmendmentApproval, {
  collection: Amendments,
  toTitle: ({ amendment_number, title }) => `${amendment_number} ${title}`,
  loadCheck: async (amendment) => (definition) => checkRounds(definition, { ...amendment, clauses: amendment.clauses.length }),
});
