import { fn } from "../../kernel/fn.ts";
import { CONTRACT_AMENDMENT } from "../contract/contract.kind.ts";
import { Contract } from "../contract/contract.ts";
import { buildSignature, requireRecorder } from "../contract/paper-signature.ts";
import { isRequest, requireUnsigned, SignAmendment, type SignatureInput } from "../contract/signature-input.ts";
import { buildRequestInput, listSides, resolveSigners } from "../contract/signature-request.ts";
import { Signing } from "../signature/signing.ts";
import type { AmendmentRecord } from "./amendment.entity.ts";
import { type AmendmentIdInput, applyAct, changeAmendment } from "./amendment.ts";
import { requireAmendable, requireFresh } from "./drafting.ts";
import { applySignature } from "./effect.ts";

/** Signatures of amendments (docs/agreements/amendments.md, Signatures). */

/**
 * Records a signature on paper or starts a signature request. The second signature binds both sides, and the amendment takes effect if its day has
 * come.
 */
export const sign = fn(SignAmendment, ({ id: contract, amendmentId, ...input }) => {
  const reference = { id: contract, amendmentId };
  return isRequest(input) ? startRequest(reference, input) : recordSignature(reference, input);
});

const recordSignature = (ids: AmendmentIdInput, input: SignatureInput): Promise<AmendmentRecord> =>
  changeAmendment(ids, async (current, tx) => {
    applyAct(current, "complete");
    const { party } = input;
    if (party === "customer") requireRecorder();
    requireUnsigned(current, party);
    const signed = { ...current, ...(await buildSignature(tx, input, current.id)) };
    return applySignature(tx, signed, await Contract.read(current.contract_id));
  });

/** Starts a signature request. A listener voids the request when the amendment leaves SIGNING. */
function startRequest(ids: AmendmentIdInput, input: SignatureInput): Promise<AmendmentRecord> {
  const ask = buildRequestInput(input);
  return changeAmendment(ids, async (current, tx) => {
    applyAct(current, "complete");
    const contract = await Contract.read(current.contract_id);
    requireAmendable(contract);
    await requireFresh(contract, current);
    const signers = await resolveSigners(ask, input.party, contract);
    for (const party of listSides(signers)) requireUnsigned(current, party);
    tx.requireUnchanged(contract);
    const subject = { kind: CONTRACT_AMENDMENT, id: current.id, name: current.amendment_number };
    return { ...current, signature_request_id: (await Signing.start(tx, subject, { ...ask, signers })).id };
  });
}

export * as AmendmentSignature from "./signature.ts";
