import { today } from "../../kernel/day.ts";
import { conflict } from "../../kernel/error.ts";
import { Records } from "../../storage/write/records.ts";
import { type ContractRecord, Contracts } from "../contract/contract.entity.ts";
import { CONTRACT } from "../contract/contract.kind.ts";
import type { Offer, Offerable } from "../share-link/offerable.ts";
import { type AmendmentRecord, Amendments } from "./amendment.entity.ts";
import { acceptAmendment, declineAmendment } from "./customer-answer.ts";
import { buildDocument, renderPdf } from "./document.ts";
import { isActAllowed } from "./status.rules.ts";

/** The `Offerable` of amendments: the customer reads the amendment through a private link, and accepts or declines it. */
export const amendmentOfferable: Offerable = {
  async read(id, { language }) {
    const offer = await loadOffered(id);
    if (!offer) return undefined;
    const { amendment, contract, standing } = offer;
    return {
      document: await buildDocument(amendment, contract, language),
      owner_id: amendment.owner_id,
      timelineSubject: { record_kind: CONTRACT.name, record_id: contract.id },
      ...standing,
      options: [],
    };
  },
  async renderPdf(id, language) {
    const offer = await loadOffered(id);
    return offer && renderPdf(offer.amendment, offer.contract, language);
  },
  /** The offer counts views. The amendment does not change. */
  onViewed: () => Promise.resolve(undefined),
  async accept(id, { name }, transactionHook) {
    await Records.change(Amendments, id, async (current, tx) => {
      requireOpenAnswer(current);
      const contract = await loadContract(current);
      if (!contract) throw conflict("The contract is deleted");
      await transactionHook(tx);
      return acceptAmendment(tx, current, contract, { name, date: today(), comment: null, via: "PAGE" });
    });
  },
  async reject(id, reason, transactionHook) {
    await Records.change(Amendments, id, async (current, tx) => {
      requireOpenAnswer(current);
      await transactionHook(tx);
      return declineAmendment(current, { name: null, date: today(), comment: reason, via: "PAGE" });
    });
  },
};

type AnswerState = Pick<Offer, "state" | "day">;

/** Returns undefined if the amendment was not sent in its present form, or has been withdrawn. */
async function loadOffered(
  id: string,
): Promise<{ amendment: AmendmentRecord; contract: ContractRecord; standing: AnswerState } | undefined> {
  const amendment = await Records.load(Amendments, id, { live: true });
  const standing = amendment && resolveState(amendment);
  const contract = standing && (await loadContract(amendment));
  return contract && { amendment, contract, standing };
}

const loadContract = ({ contract_id }: AmendmentRecord): Promise<ContractRecord | undefined> =>
  Records.load(Contracts, contract_id, { live: true });

const endedStatuses: readonly AmendmentRecord["status"][] = ["WITHDRAWN", "VOID"];

/** Returns whether the customer can answer, and the day that goes with the state. */
function resolveState({ status, answer_by, customer_answer }: AmendmentRecord): AnswerState | undefined {
  if (answer_by === null || endedStatuses.includes(status)) return undefined;
  if (customer_answer)
    return { state: customer_answer.decision === "APPROVED" ? "accepted" : "rejected", day: customer_answer.date };
  return { state: answer_by < today() ? "expired" : "open", day: answer_by };
}

function requireOpenAnswer(amendment: AmendmentRecord): void {
  if (!isActAllowed(amendment.status, "accept") || resolveState(amendment)?.state !== "open")
    throw conflict(`The amendment is ${amendment.status}: no answer of the customer is pending`, [
      { field: "status", message: amendment.status },
    ]);
}
