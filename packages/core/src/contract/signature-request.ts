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
import { type Input, requireOpen } from "./signing.ts";

/** Starts a request for signatures of a contract: of one side, or of both at once where signers of both are named. */

/** As the verb of the contract asks: whose signature, and by whom where that is told. */
export async function startRequest({ id, party, provider, signers }: Input): Promise<ContractRecord> {
  const asked = signers?.map(({ party: own = party, ...signer }, at) => ({ ...signer, role: own, order: at + 1 }));
  if (asked && !asked.some(({ role }) => role === party)) throw invalid("signers", `Nobody of them signs for the ${party}`);
  const ask = parse(z.object(Ask), {
    ...(provider ? { provider } : {}),
    ...(asked ? { signers: asked, in_order: asked.length > 1 } : {}),
  });
  return Records.change(Contracts, id, async (current, tx) => {
    const signers = ask.signers ?? [await (party === "customer" ? contactOf(current) : caller())];
    for (const side of new Set(signers.map(({ role }) => role ?? party))) requireOpen(current, side);
    const subject = { kind: CONTRACT, id, name: current.contract_number };
    const request = await Signing.start(tx, subject, { ...ask, signers });
    return { ...current, signature_request_id: request.id };
  });
}

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
