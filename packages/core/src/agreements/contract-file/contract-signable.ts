import { Clock } from "../../kernel/clock.ts";
import { conflict } from "../../kernel/error.ts";
import type { DomainEvent } from "../../kernel/event.ts";
import { Records } from "../../storage/write/records.ts";
import { type ContractRecord, Contracts } from "../contract/contract.entity.ts";
import { contractGrants } from "../contract/contract.kind.ts";
import { parties, type Sides } from "../contract/signature-input.ts";
import type { Signable } from "../signature/signable.ts";
import { type SignatureRecord, Signing } from "../signature/signing.ts";

/** The `Signable` of contracts: each side signs once, and only the approved wording. */
export const contractSignable: Signable = {
  writePermission: contractGrants.write,

  async renderDocument(id, language) {
    const contract = await Records.load(Contracts, id, { live: true });
    if (!contract) return undefined;
    const { renderPdf } = await import("./contract-document.ts");
    return renderPdf(contract, language);
  },

  async findObstacle(id) {
    const contract = await Records.load(Contracts, id, { live: true });
    if (!contract) return "The contract is deleted";
    return isToBeSigned(contract) ? undefined : `The contract is ${contract.status}`;
  },

  async onCompleted(tx, request) {
    const contract = await Records.load(Contracts, request.subject_id, { live: true });
    if (!contract) throw conflict("The contract is deleted");
    if (!isToBeSigned(contract)) throw conflict(`The contract is ${contract.status}`);
    if (contract.signature_request_id !== request.id) throw conflict("The contract has changed since this signature request");
    tx.replace(Contracts, contract, Records.nextVersion(contract, applySignatures(contract, request)));
  },
};

const isToBeSigned = ({ status, ends_at }: ContractRecord): boolean => status === "APPROVED" && ends_at > Clock.now();

/** Applies the signatures of a request. A side that has meanwhile signed on paper stays unchanged. The last signer of a side gives its date. */
export function applySignatures<R extends Sides>(record: R, { signers }: SignatureRecord): R {
  const sides = parties.flatMap((party) => {
    const partySigners = signers.filter(({ role }) => role === party);
    const last = partySigners
      .map(({ signed_at }) => signed_at ?? "")
      .sort()
      .at(-1);
    if (partySigners.length === 0 || record[`${party}_signed`]) return [];
    const names = partySigners.map(({ signed_name, name }) => signed_name ?? name).join(", ");
    return [
      {
        [`${party}_signed`]: true,
        [`${party}_signed_by`]: names.length > 200 ? `${names.slice(0, 199)}…` : names,
        [`${party}_signed_date`]: last || Clock.now(),
      },
    ];
  });
  return Object.assign({}, record, ...sides);
}

/** Listener for events after which a contract cannot be signed. Voids its open signature request. */
export async function onSigningEnded({ record_id, type }: DomainEvent): Promise<void> {
  const contract = await Records.load(Contracts, record_id, { live: true });
  if (contract && isToBeSigned(contract) && contract.signature_request_id !== null && type !== "contract.assigned") return;
  await Signing.voidOpenRequest(record_id, contract ? `The contract is ${contract.status}` : "The contract was deleted");
}
