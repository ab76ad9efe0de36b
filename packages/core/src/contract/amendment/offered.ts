import { ContractDocument } from "../../contract-template/document.ts";
import { today } from "../../kernel/day.ts";
import { conflict } from "../../kernel/error.ts";
import type { Offer, Offered } from "../../offer/offered.ts";
import { Records } from "../../storage/write/records.ts";
import { CONTRACT } from "../contract.domain.ts";
import { type ContractRecord, Contracts } from "../contract.entity.ts";
import { type AmendmentRecord, Amendments } from "./amendment.entity.ts";
import { acceptedBy, declinedBy } from "./answer.ts";
import { pdfOf, saidOf } from "./document.ts";
import { may } from "./machine.rules.ts";

/** An amendment as its customer reads it by a private link, and agrees to it or does not. */
export const offered: Offered = {
  async read(id, { language }) {
    const shown = await shownTo(id);
    if (!shown) return undefined;
    const { amendment, contract, standing } = shown;
    return {
      document: await ContractDocument.amendmentDocument(await saidOf(amendment, contract, language)),
      owner_id: amendment.owner_id,
      about: { record_kind: CONTRACT.name, record_id: contract.id },
      ...standing,
      options: [],
    };
  },
  async pdf(id, language) {
    const shown = await shownTo(id);
    return shown && pdfOf(shown.amendment, shown.contract, language);
  },
  /** The offer counts it; of the amendment nothing follows. */
  viewed: () => Promise.resolve(),
  async accept(id, { name }, beside) {
    await Records.change(Amendments, id, async (current, tx) => {
      requireAsked(current);
      const contract = await contractOf(current);
      if (!contract) throw conflict("The contract is deleted");
      await beside(tx);
      return acceptedBy(tx, current, contract, { name, date: today(), comment: null, via: "PAGE" });
    });
  },
  async reject(id, reason, beside) {
    await Records.change(Amendments, id, async (current, tx) => {
      requireAsked(current);
      await beside(tx);
      return declinedBy(current, { name: null, date: today(), comment: reason, via: "PAGE" });
    });
  },
};

type Standing = Pick<Offer, "state" | "day">;

/** Before it was sent as it is, and after it was taken back, there is nothing to read. */
async function shownTo(
  id: string,
): Promise<{ amendment: AmendmentRecord; contract: ContractRecord; standing: Standing } | undefined> {
  const amendment = await Records.load(Amendments, id, { live: true });
  const standing = amendment && standingOf(amendment);
  const contract = standing && (await contractOf(amendment));
  return contract && { amendment, contract, standing };
}

const contractOf = ({ contract_id }: AmendmentRecord): Promise<ContractRecord | undefined> =>
  Records.load(Contracts, contract_id, { live: true });

const ended: readonly AmendmentRecord["status"][] = ["WITHDRAWN", "VOID"];

/** Whether the customer can answer, and the day that says why. */
function standingOf({ status, answer_by, customer_answer }: AmendmentRecord): Standing | undefined {
  if (answer_by === null || ended.includes(status)) return undefined;
  if (customer_answer)
    return { state: customer_answer.decision === "APPROVED" ? "accepted" : "rejected", day: customer_answer.date };
  return { state: answer_by < today() ? "expired" : "open", day: answer_by };
}

function requireAsked(amendment: AmendmentRecord): void {
  if (!may(amendment.status, "accept") || standingOf(amendment)?.state !== "open")
    throw conflict(`The amendment is ${amendment.status}: the customer is not asked`, [
      { field: "status", message: amendment.status },
    ]);
}
