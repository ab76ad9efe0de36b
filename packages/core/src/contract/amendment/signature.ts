import { fn } from "../../kernel/fn.ts";
import { Signing } from "../../signature/signing.ts";
import { CONTRACT_AMENDMENT } from "../contract.domain.ts";
import { Contract } from "../contract.ts";
import { requireRecorder, signature } from "../paper.ts";
import { askOf, sidesOf, signersOf } from "../signature-request.ts";
import { isRequest, requireUnsigned, SignAmendment, type Signature } from "../signing.ts";
import type { AmendmentRecord } from "./amendment.entity.ts";
import { change, moved, type One } from "./amendment.ts";
import { requireAmendable, requireFresh } from "./draw.ts";
import { asSigned } from "./effect.ts";

/** Signatures of amendments, as those of contracts (docs/amendments.md, Signatures). */

/** On paper, or by a signature request. With the second signature it binds both sides, and takes effect at once where its day has come. */
export const sign = fn(SignAmendment, ({ id: contract, amendmentId, ...asked }) => {
  const one = { id: contract, amendmentId };
  return isRequest(asked) ? startRequest(one, asked) : recorded(one, asked);
});

const recorded = (one: One, given: Signature): Promise<AmendmentRecord> =>
  change(one, async (current, tx) => {
    moved(current, "complete");
    const { party } = given;
    if (party === "customer") requireRecorder();
    requireUnsigned(current, party);
    const signed = { ...current, ...(await signature(tx, given, current.id)) };
    return asSigned(tx, signed, await Contract.read(current.contract_id));
  });

/** It is made void by the event of whatever becomes of the amendment: then nobody is asked any more. */
function startRequest(one: One, asked: Signature): Promise<AmendmentRecord> {
  const ask = askOf(asked);
  return change(one, async (current, tx) => {
    moved(current, "complete");
    const contract = await Contract.read(current.contract_id);
    requireAmendable(contract);
    await requireFresh(contract, current);
    const signers = await signersOf(ask, asked.party, contract);
    for (const side of sidesOf(signers)) requireUnsigned(current, side);
    tx.unchanged(contract);
    const subject = { kind: CONTRACT_AMENDMENT, id: current.id, name: current.amendment_number };
    return { ...current, signature_request_id: (await Signing.start(tx, subject, { ...ask, signers })).id };
  });
}

export * as AmendmentSignature from "./signature.ts";
