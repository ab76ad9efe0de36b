import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { type ContractRecord, Contracts } from "./contract.entity.ts";

/** Access to contracts for other domains, such as orders. */

export type { ContractRecord } from "./contract.entity.ts";

/** Finds a live contract that the caller sees. */
export const find = (id: string): Promise<ContractRecord | undefined> => Records.find(Contracts, id);

/** Replaces a contract in the transaction of another change, and returns its new version. */
export function replaceReturning(tx: Transaction, contract: ContractRecord, next: ContractRecord): ContractRecord {
  const after = Records.nextVersion(contract, next);
  tx.replace(Contracts, contract, after);
  return after;
}

export * as ContractAccess from "./contract-access.ts";
