import { today } from "../../kernel/day.ts";
import { conflict, isFailure } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/ports.ts";
import { Records } from "../../storage/write/records.ts";
import { type AmendmentRecord, Amendments } from "../amendment/amendment.entity.ts";
import { applyAct } from "../amendment/amendment.ts";
import { declineAmendment } from "../amendment/customer-answer.ts";
import { requireAmendable, requireFresh } from "../amendment/drafting.ts";
import { applySignature } from "../amendment/effect.ts";
import { type ContractRecord, Contracts } from "../contract/contract.entity.ts";
import { contractGrants } from "../contract/contract.kind.ts";
import type { Signable } from "../signature/signable.ts";
import { Signing } from "../signature/signing.ts";
import { applySignatures } from "./contract-signable.ts";

/** The `Signable` of amendments: each side signs once, and only while the amendment still matches its contract. */
export const amendmentSignable: Signable = {
  writePermission: contractGrants.write,

  async renderDocument(id, language) {
    const amendment = await Records.load(Amendments, id, { live: true });
    if (!amendment) return undefined;
    const { renderPdf } = await import("../amendment/document.ts");
    return renderPdf(amendment, await loadContract(amendment), language);
  },

  async findObstacle(id) {
    const amendment = await Records.load(Amendments, id, { live: true });
    if (!amendment) return "The amendment is deleted";
    if (amendment.status !== "SIGNING") return `The amendment is ${amendment.status}`;
    try {
      const contract = await loadContract(amendment);
      requireAmendable(contract);
      await requireFresh(contract, amendment);
      return undefined;
    } catch (error) {
      if (!isFailure(error, "CONFLICT")) throw error;
      return error.message;
    }
  },

  async onCompleted(tx, request) {
    const amendment = await Records.load(Amendments, request.subject_id, { live: true });
    if (!amendment) throw conflict("The amendment is deleted");
    applyAct(amendment, "complete");
    if (amendment.signature_request_id !== request.id) throw conflict("The amendment has changed since this signature request");
    const next = await applySignature(tx, applySignatures(amendment, request), await loadContract(amendment));
    tx.replace(Amendments, amendment, Records.nextVersion(amendment, next));
  },

  /** If the customer declines, the amendment is rejected. If a signer of the company declines, another signer of the company can be asked. */
  async onDeclined(tx, request) {
    const amendment = await Records.load(Amendments, request.subject_id, { live: true });
    const decliner = request.signers.find(({ role, state }) => role === "customer" && state === "declined");
    if (!decliner || amendment?.status !== "SIGNING" || amendment.signature_request_id !== request.id) return;
    const comment = (decliner.decline_reason ?? request.end_reason)?.slice(0, 2000) ?? null;
    const next = declineAmendment(amendment, { name: decliner.name, date: today(), comment, via: "SIGNATURE" });
    tx.replace(Amendments, amendment, Records.nextVersion(amendment, next));
  },
};

async function loadContract({ contract_id }: AmendmentRecord): Promise<ContractRecord> {
  const contract = await Records.load(Contracts, contract_id, { live: true });
  if (!contract) throw conflict("The contract is deleted");
  return contract;
}

/** Listener for events after which an amendment cannot be signed. Voids its open signature request. */
export async function onSigningEnded({ record_id }: DomainEvent): Promise<void> {
  const amendment = await Records.load(Amendments, record_id, { live: true });
  if (amendment?.status === "SIGNING" && amendment.signature_request_id !== null) return;
  await Signing.voidOpenRequest(record_id, amendment ? `The amendment is ${amendment.status}` : "The amendment was deleted");
}
