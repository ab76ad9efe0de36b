import * as z from "zod";
import { useActorId } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { parse } from "../../kernel/fn.ts";
import { Directory } from "../../platform/user/directory.ts";
import { resolveRecipients } from "../../scheduling/invitation/recipients.ts";
import { Records } from "../../storage/write/records.ts";
import { noSignerRejection, SignatureRequestInput, type SignerInput, Signing } from "../signature/signing.ts";
import { type ContractRecord, Contracts } from "./contract.entity.ts";
import { CONTRACT } from "./contract.kind.ts";
import { type Party, requireSignable, type SignatureInput, type SignInput } from "./signature-input.ts";

/** Signature requests for contracts and amendments: for one side, or for both if the caller names signers of both. */

/** Starts a signature request for a contract. */
export async function startRequest({ id, ...input }: SignInput): Promise<ContractRecord> {
  const ask = buildRequestInput(input);
  return Records.change(Contracts, id, async (current, tx) => {
    const signers = await resolveSigners(ask, input.party, current);
    for (const party of listSides(signers)) requireSignable(current, party);
    const subject = { kind: CONTRACT, id, name: current.contract_number };
    return { ...current, signature_request_id: (await Signing.start(tx, subject, { ...ask, signers })).id };
  });
}

/** Converts the input to a signature request. */
export function buildRequestInput({ party, provider, signers }: SignatureInput): SignatureRequestInput {
  const orderedSigners = signers?.map(({ party: role = party, ...signer }, index) => ({
    ...signer,
    role: role,
    order: index + 1,
  }));
  if (orderedSigners && !orderedSigners.some(({ role }) => role === party))
    throw invalid("signers", `At least one signer must sign for the ${party}`);
  return parse(z.object(SignatureRequestInput), {
    ...(provider ? { provider } : {}),
    ...(orderedSigners ? { signers: orderedSigners, in_order: orderedSigners.length > 1 } : {}),
  });
}

/** Returns the named signers. By default the contract's contact signs for the customer, and the caller for the company. */
export const resolveSigners = async (
  { signers }: SignatureRequestInput,
  party: Party,
  contract: ContractRecord,
): Promise<SignerInput[]> => signers ?? [await (party === "customer" ? loadContactSigner(contract) : loadCallerSigner())];

export const listSides = (signers: readonly SignerInput[]): Set<Party> => new Set(signers.map(({ role }) => role));

async function loadContactSigner({ contact_id }: ContractRecord): Promise<SignerInput> {
  const recipient = contact_id ? (await resolveRecipients([contact_id])).get(contact_id) : undefined;
  if (!recipient || typeof recipient === "string") throw noSignerRejection();
  return { name: recipient.name ?? recipient.email, email: recipient.email, role: "customer" };
}

async function loadCallerSigner(): Promise<SignerInput> {
  const id = useActorId();
  const user = await Directory.findActive(id);
  if (!user) throw invalid("signers", "Required: the signer for the company");
  return { name: (await Directory.loadNames([id])).get(id) ?? user.email, email: user.email, role: "company" };
}
