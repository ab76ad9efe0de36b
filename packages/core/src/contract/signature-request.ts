import * as z from "zod";
import { recipientsOf } from "../invitation/recipients.ts";
import { useActorId } from "../kernel/context.ts";
import { invalid } from "../kernel/error.ts";
import { parse } from "../kernel/fn.ts";
import { Ask, nobodyToSign, type SignerAsked, Signing } from "../signature/signing.ts";
import { Records } from "../storage/write/records.ts";
import { Directory } from "../user/directory.ts";
import { CONTRACT } from "./contract.domain.ts";
import { type ContractRecord, Contracts } from "./contract.entity.ts";
import { type Input, type Party, requireOpen, type Signature } from "./signing.ts";

/** Starts a request for signatures of a contract or an amendment: of one side, or of both at once where signers of both are named. */

/** As the verb of the contract asks: whose signature, and by whom where that is told. */
export async function startRequest({ id, ...asked }: Input): Promise<ContractRecord> {
  const ask = askOf(asked);
  return Records.change(Contracts, id, async (current, tx) => {
    const signers = await signersOf(ask, asked.party, current);
    for (const side of sidesOf(signers)) requireOpen(current, side);
    const subject = { kind: CONTRACT, id, name: current.contract_number };
    return { ...current, signature_request_id: (await Signing.start(tx, subject, { ...ask, signers })).id };
  });
}

/** What is asked of whoever sends it. */
export function askOf({ party, provider, signers }: Signature): Ask {
  const asked = signers?.map(({ party: own = party, ...signer }, at) => ({ ...signer, role: own, order: at + 1 }));
  if (asked && !asked.some(({ role }) => role === party)) throw invalid("signers", `Nobody of them signs for the ${party}`);
  return parse(z.object(Ask), {
    ...(provider ? { provider } : {}),
    ...(asked ? { signers: asked, in_order: asked.length > 1 } : {}),
  });
}

/** Who is named, or else the contact of the contract for the customer, and the caller for the company. */
export const signersOf = async ({ signers }: Ask, party: Party, contract: ContractRecord): Promise<SignerAsked[]> =>
  signers ?? [await (party === "customer" ? contactOf(contract) : caller())];

export const sidesOf = (signers: readonly SignerAsked[]): Set<Party> => new Set(signers.map(({ role }) => role));

async function contactOf({ contact_id }: ContractRecord): Promise<SignerAsked> {
  const found = contact_id ? (await recipientsOf([contact_id])).get(contact_id) : undefined;
  if (!found || typeof found === "string") throw nobodyToSign();
  return { name: found.name ?? found.email, email: found.email, role: "customer" };
}

async function caller(): Promise<SignerAsked> {
  const id = useActorId();
  const user = await Directory.active(id);
  if (!user) throw invalid("signers", "Required: who signs for the company");
  return { name: (await Directory.namesOf([id])).get(id) ?? user.email, email: user.email, role: "company" };
}
