import { Master } from "../../platform/master-data/master.ts";
import { CONTRACT_TYPES } from "../../platform/master-data/shared.masters.ts";
import type { ApprovalFacts } from "./approval-need.rules.ts";
import type { ContractRecord } from "./contract.entity.ts";
import { planNextTerm } from "./planned-term.rules.ts";

/** Reads the facts that the approval rule looks at. */
export async function loadApprovalFacts(contract: ContractRecord): Promise<ApprovalFacts> {
  const type = contract.contract_type_id ? await Master.find(CONTRACT_TYPES, contract.contract_type_id) : undefined;
  const { contract_value } = planNextTerm(contract, null);
  return { ...contract, next_value: contract_value, requires_legal_review: type?.requires_legal_review === true };
}
