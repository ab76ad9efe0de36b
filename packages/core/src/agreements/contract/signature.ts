import { fn } from "../../kernel/fn.ts";
import { Records } from "../../storage/write/records.ts";
import { type ContractRecord, Contracts } from "./contract.entity.ts";
import { buildSignature, requireRecorder } from "./paper-signature.ts";
import { isRequest, requireSignable, Sign, type SignInput } from "./signature-input.ts";
import { startRequest } from "./signature-request.ts";

/**
 * Signs a contract: records a signature on paper, or starts a signature request. Recording the customer's signature needs the signed file and the
 * permission `contract:record_signature`.
 */

export const sign = fn(Sign, async (input) => (isRequest(input) ? startRequest(input) : recordSignature(input)));

const recordSignature = (input: SignInput): Promise<ContractRecord> =>
  Records.change(Contracts, input.id, async (current, tx) => {
    if (input.party === "customer") requireRecorder();
    requireSignable(current, input.party);
    return { ...current, ...(await buildSignature(tx, input, current.id)) };
  });

export * as Signature from "./signature.ts";
